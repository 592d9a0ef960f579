import type { Answer, Contract } from '@cordee/contracts/contract';
import { newId, toId } from '@cordee/contracts/id';
import { confirmSignUp, getSignUpMail, requestSignUp } from '@cordee/contracts/identity/account';
import { createSession } from '@cordee/contracts/identity/session';
import { RpcClient } from '@cordee/messaging/rpc-client';
import { identityService } from '@cordee/identity/identity.service';
import { productsService } from '@cordee/products/products.service';
import { ProcessContext } from '@cordee/service/process-context';
import { ServiceHost } from '@cordee/service/service-host';
import { teamsService } from '@cordee/teams/teams.service';
import { createTestDatabase } from '@cordee/testing/test-database';
import { serverUrl } from '@cordee/testing/test-environment';
import { Client } from 'pg';
import type * as z from 'zod';

const SERVICES = [identityService, teamsService, productsService];
const password = 'a rope, a harness and a helmet';

/** Somebody with an organization of their own, signed in. */
export interface SignedIn {
  accountId: `acc_${string}`;
  organizationId: `org_${string}`;
  email: string;
  token: string;
}

/** Who decides about access, in one process: identity, teams and products on real databases, called as the gateway calls. */
export class TestServices {
  private constructor(
    readonly parts: ProcessContext,
    private readonly rpc: RpcClient,
    private readonly identity: Client,
    private readonly cleanUp: () => Promise<void>,
  ) {}

  static async start(): Promise<TestServices> {
    const parts = await ProcessContext.open('test', {
      LOG_LEVEL: 'error',
      NATS_URL: undefined,
      CORDEE_MODE: 'test',
      NODE_ENV: 'test',
      ACCESS_CACHE_MIB: 64,
    });
    const databases = await Promise.all(SERVICES.map(({ name, migrations }) => createTestDatabase(name, migrations)));
    const hosts: ServiceHost[] = [];
    await parts.startTogether(async () => {
      for (const [index, service] of SERVICES.entries()) {
        const config = {
          CORDEE_MODE: 'test',
          LOG_LEVEL: 'error',
          DATABASE_URL: databases[index]!.runtime,
          REDIS_URL: serverUrl('REDIS_URL'),
          QUEUE_PREFIX: newId('job', new Date()),
          IDENTITY_SECRET: 'a secret of the test installation, long enough',
        };
        hosts.push(await ServiceHost.start(service, config, parts));
      }
    });
    const identity = new Client({ connectionString: databases[0]!.owner });
    await identity.connect();
    return new TestServices(parts, new RpcClient(await parts.connect('gateway'), 'gateway'), identity, async () => {
      await Promise.all(hosts.map((host) => host.stop()));
      await parts.close();
      await identity.end();
      for (const database of databases) await database.drop();
    });
  }

  call<C extends Contract>(contract: C, input: z.input<C['input']>, token?: string): Promise<Answer<C>> {
    return this.rpc.call(contract, input, {
      for: { requestId: 'test', traceparent: undefined, language: 'en', reason: undefined, token },
    });
  }

  async signUp(email: string): Promise<SignedIn> {
    await this.call(requestSignUp, { email, password, name: email });
    const { rows } = await this.identity.query<{ id: string }>(`select id from sign_up where email = $1`, [email]);
    const { token } = await this.call(getSignUpMail, { signUpId: toId('sgn', rows[0]!.id) });
    const ids = await this.call(confirmSignUp, { token: token! });
    return { ...ids, email, token: await this.signIn(email) };
  }

  /** An access token, good for ten minutes. */
  async signIn(email: string): Promise<string> {
    return (await this.call(createSession, { email, password })).accessToken;
  }

  stop(): Promise<void> {
    return this.cleanUp();
  }
}
