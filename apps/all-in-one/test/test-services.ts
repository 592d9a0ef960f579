import { orderPaid } from '@cordee/contracts/billing/order';
import { cloudEventType, dataSchemaOf } from '@cordee/contracts/cloud-event';
import type { Answer, Contract } from '@cordee/contracts/contract';
import { newId, toId } from '@cordee/contracts/id';
import { confirmSignUp, getSignUpMail, requestSignUp } from '@cordee/contracts/identity/account';
import { acceptInvitation, getInvitationMail, inviteMember } from '@cordee/contracts/identity/invitation';
import { createSession } from '@cordee/contracts/identity/session';
import { encode } from '@cordee/messaging/reply';
import { RpcClient } from '@cordee/messaging/rpc-client';
import { identityService } from '@cordee/identity/identity.service';
import { hashCost } from '@cordee/identity/passwords/hash-cost';
import { productsService } from '@cordee/products/products.service';
import { ProcessContext } from '@cordee/service/process-context';
import { createSigningKey, verificationKeyOf } from '@cordee/service/token-keys';
import type { ServiceDefinition } from '@cordee/service/service-definition';
import { ServiceHost } from '@cordee/service/service-host';
import { teamsService } from '@cordee/teams/teams.service';
import { createTestDatabase } from '@cordee/testing/test-database';
import { serverUrl } from '@cordee/testing/test-environment';
import { Client } from 'pg';
import type * as z from 'zod';

/** The services that own access data, in the order of their start. Identity is first. */
const ACCESS_SERVICES: readonly ServiceDefinition[] = [identityService, teamsService, productsService];
const password = 'a rope, a harness and a helmet';

/** A person who is signed in, with their own organization. */
export interface SignedIn {
  accountId: `acc_${string}`;
  organizationId: `org_${string}`;
  email: string;
  token: string;
}

/**
 * Services in one process on real databases. By default, these are the services that own access data (identity, teams,
 * products). Tests call the services as the gateway does.
 */
export class TestServices {
  private constructor(
    readonly processContext: ProcessContext,
    private readonly rpc: RpcClient,
    private readonly identityDatabase: Client,
    private readonly cleanUp: () => Promise<void>,
  ) {}

  static async start(
    services = ACCESS_SERVICES,
    environment: Readonly<Record<string, string>> = {},
  ): Promise<TestServices> {
    // Passwords are not the subject of these suites.
    Object.assign(hashCost, { memory: 64, passes: 1 });
    const signingKey = createSigningKey();
    const verificationKeys = { keys: [verificationKeyOf(signingKey)] };
    const processContext = await ProcessContext.open('test', {
      LOG_LEVEL: 'error',
      CORDEE_VERSION: 'test',
      NATS_URL: undefined,
      CORDEE_MODE: 'test',
      ACCESS_CACHE_MIB: 64,
      TOKEN_VERIFICATION_KEYS: verificationKeys,
    });
    const databases = await Promise.all(services.map(({ name, migrations }) => createTestDatabase(name, migrations)));
    const hosts: ServiceHost[] = [];
    await processContext.startTogether(async () => {
      for (const [index, service] of services.entries()) {
        const config = {
          CORDEE_MODE: 'test',
          LOG_LEVEL: 'error',
          DATABASE_URL: databases[index]!.runtime,
          REDIS_URL: serverUrl('REDIS_URL'),
          QUEUE_PREFIX: newId('job', new Date()),
          IDENTITY_SECRET: 'a secret of the test installation, long enough',
          TOKEN_SIGNING_KEY: JSON.stringify(signingKey),
          TOKEN_VERIFICATION_KEYS: JSON.stringify(verificationKeys),
          ...environment,
        };
        hosts.push(await ServiceHost.start(service, config, processContext));
      }
    });
    const [identityDatabaseUrls] = databases;
    const identityDatabase = new Client({ connectionString: identityDatabaseUrls!.owner });
    await identityDatabase.connect();
    return new TestServices(
      processContext,
      new RpcClient(await processContext.connect('gateway'), 'gateway'),
      identityDatabase,
      async () => {
        await Promise.all(hosts.map((host) => host.stop()));
        await processContext.close();
        await identityDatabase.end();
        for (const database of databases) await database.drop();
      },
    );
  }

  call<C extends Contract>(contract: C, input: z.input<C['input']>, token?: string): Promise<Answer<C>> {
    return this.rpc.call(contract, input, {
      causedBy: { requestId: 'test', traceparent: undefined, language: 'en', reason: undefined, token },
    });
  }

  async signUp(email: string): Promise<SignedIn> {
    await this.call(requestSignUp, { email, password, name: email });
    const { rows } = await this.identityDatabase.query<{ id: string }>('select id from sign_up where email = $1', [
      email,
    ]);
    const { token } = await this.call(getSignUpMail, { signUpId: toId('sgn', rows[0]!.id) });
    const ids = await this.call(confirmSignUp, { token: token!, password });
    return { ...ids, email, token: await this.signIn(email) };
  }

  /** Returns an access token, which is valid for ten minutes. */
  async signIn(email: string): Promise<string> {
    return (await this.call(createSession, { email, password })).accessToken;
  }

  /** Invites a person to the organization of the owner, and accepts the invitation. */
  async invite(
    { organizationId, token: ownerToken }: SignedIn,
    { email }: SignedIn,
    role: 'administrator' | 'collaborator' | 'external',
  ): Promise<void> {
    const { id } = await this.call(inviteMember, { organizationId, email, role }, ownerToken);
    const { token } = await this.call(getInvitationMail, { organizationId, invitationId: id });
    await this.call(acceptInvitation, { token }, await this.signIn(email));
  }

  /** Publishes the event `orderPaid` for an order of one product. Returns the id of the product. */
  async payOrder(
    { organizationId }: SignedIn,
    { type, name }: { type: string; name: string },
  ): Promise<`prd_${string}`> {
    const now = this.processContext.clock.now();
    const [productId, orderId] = [newId('prd', now), newId('ord', now)];
    const line = {
      productId,
      type,
      name,
      interval: 'yearly',
      price: { amount: 100, currency: 'CHF' },
      vatClass: 'standard',
      isAutomaticRenewal: false,
      isWarranted: false,
      periodStart: '2026-01-31',
      periodEnd: '2027-01-31',
    };
    const data = orderPaid.data.parse({
      organizationId,
      orderId,
      invoiceId: newId('inv', now),
      lines: [{ ...orderPaid.example.lines[0], ...line }],
    });
    const event = {
      specversion: '1.0',
      id: newId('evt', now),
      source: '/billing',
      type: cloudEventType(orderPaid),
      subject: orderId,
      time: now.toISOString(),
      dataschema: dataSchemaOf(orderPaid),
      datacontenttype: 'application/json',
      actorid: 'service:billing',
      requestid: 'test',
      sequence: 1,
      organizationid: organizationId,
      data,
    };
    const bus = await this.processContext.connect('billing');
    await bus.publishEvent(orderPaid.subject, event.id, encode(event));
    return productId;
  }

  stop(): Promise<void> {
    return this.cleanUp();
  }
}
