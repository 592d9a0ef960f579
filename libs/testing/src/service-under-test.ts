import { randomUUID } from 'node:crypto';
import { CloudEvent, cloudEventType } from '@cordee/contracts/cloud-event';
import { serviceOf, type Contract, type EventContract, type Input, type Output } from '@cordee/contracts/contract';
import { newId, toUuid } from '@cordee/contracts/id';
import { getPeopleFacts, type PeopleFacts } from '@cordee/contracts/identity/member';
import { listKeys } from '@cordee/contracts/identity/session';
import { getProductFacts, type ProductFacts } from '@cordee/contracts/products/product-facts';
import { getGrantFacts, type GrantFacts } from '@cordee/contracts/teams/grant-facts';
import type { Bus } from '@cordee/messaging/bus';
import { decode, encode, type Reply } from '@cordee/messaging/reply';
import { RpcClient, type CallOptions } from '@cordee/messaging/rpc-client';
import { ProcessParts } from '@cordee/service/process-parts';
import type { ServiceDefinition } from '@cordee/service/service-definition';
import { ServiceHost } from '@cordee/service/service-host';
import { AUDIENCE, ISSUER } from '@cordee/service/token-verifier';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { Client } from 'pg';
import type * as z from 'zod';
import { createTestDatabase } from './test-database.ts';
import { serverUrl } from './test-environment.ts';

type AccountId = `acc_${string}`;
type OrganizationId = `org_${string}`;

/** Who calls in a test: somebody signed in, the staff, another service, or nobody. */
export type Caller = { account: AccountId } | { staff: AccountId } | { service: string } | 'nobody';

/** Signs an access token; identity's own suite signs with identity's key. */
export type SignToken = (person: { accountId: AccountId; sessionId: string; isStaff: boolean }, now: Date) => Promise<string>;

/**
 * One service on real PostgreSQL (and Redis for its jobs), on the embedded bus, called by contract. What it asks of other services is
 * answered by the test: people, grants and products of an organization from `facts`, anything else with `answer`.
 */
export class ServiceUnderTest {
  /** The access facts that identity, teams and products would tell; the service's own are its own. */
  readonly facts = {
    people: new Map<OrganizationId, PeopleFacts['people']>(),
    grants: new Map<OrganizationId, Omit<GrantFacts, 'organizationId'>>(),
    products: new Map<OrganizationId, ProductFacts['products']>(),
  };
  private readonly sequences = new Map<string, number>();

  private constructor(
    readonly host: ServiceHost,
    readonly process: ProcessParts,
    readonly bus: Bus,
    /** As the database's owner, with row-level security out of the way: to look at rows. */
    readonly database: Client,
    private readonly sign: SignToken,
    private readonly cleanUp: () => Promise<void>,
  ) {}

  static async start(definition: ServiceDefinition, environment: Record<string, string> = {}, ownSign?: SignToken): Promise<ServiceUnderTest> {
    const urls = await createTestDatabase(definition.name, definition.migrations);
    const process = await ProcessParts.open('test', { LOG_LEVEL: 'error', NATS_URL: undefined, CORDEE_MODE: 'test', NODE_ENV: 'test' });
    const bus = await process.connect(definition.name);
    const key = await generateKeyPair('EdDSA');
    const holder: { test?: ServiceUnderTest } = {};
    await answerForOthers(definition.name, bus, () => holder.test!.facts, { ...(await exportJWK(key.publicKey)), kid: 'test', alg: 'EdDSA' });
    const host = await ServiceHost.start(definition, {
      CORDEE_MODE: 'test', LOG_LEVEL: 'error', DATABASE_URL: urls.runtime, REDIS_URL: serverUrl('REDIS_URL'), QUEUE_PREFIX: randomUUID(), ...environment,
    }, process);
    const admin = new URL(serverUrl('DATABASE_ADMIN_URL'));
    admin.pathname = new URL(urls.runtime).pathname;
    const database = new Client({ connectionString: admin.href });
    await database.connect();
    const sign: SignToken = ownSign ?? ((person, now) =>
      new SignJWT({ sid: person.sessionId, staff: person.isStaff })
        .setProtectedHeader({ alg: 'EdDSA', kid: 'test' }).setSubject(person.accountId).setAudience(AUDIENCE).setIssuer(ISSUER)
        .setIssuedAt(Math.floor(now.getTime() / 1000)).setExpirationTime(Math.floor(now.getTime() / 1000) + 600).sign(key.privateKey));
    holder.test = new ServiceUnderTest(host, process, bus, database, sign, async () => {
      await host.stop();
      await process.close();
      await database.end();
      await urls.drop();
    });
    return holder.test;
  }

  /** Calls a contract and returns its output; a refusal is thrown as `DomainError`. */
  async call<C extends Contract>(contract: C, input: z.input<C['input']>, as: Caller, options: CallOptions = {}): Promise<z.output<C['output']>> {
    return this.client(as).call(contract, input, await this.options(as, options));
  }

  /** The code of the refusal, or `ok`: for tables of who may. */
  async codeOf<C extends Contract>(contract: C, input: z.input<C['input']>, as: Caller, options: CallOptions = {}): Promise<string> {
    const reply: Reply = await this.client(as).send(contract, input, await this.options(as, options));
    return 'error' in reply ? reply.error.code : 'ok';
  }

  /** Answers a contract of another service for this test. */
  async answer<C extends Contract>(contract: C, handle: (input: Input<C>) => NoInfer<Output<C>>): Promise<void> {
    await this.bus.serve(contract.subject, serviceOf(contract), async ({ data }) => encode({ output: handle(contract.input.parse(decode(data)) as Input<C>) }));
  }

  /** Reports a fact as another service would; resolves when the service has handled it. */
  async report<E extends EventContract>(contract: E, data: z.input<E['data']>, extra: { organizationId?: OrganizationId; sequence?: number; actorId?: string; id?: string } = {}): Promise<void> {
    const entity = String((data as Record<string, unknown>)[contract.entity]);
    const sequence = extra.sequence ?? (this.sequences.get(entity) ?? 0) + 1;
    this.sequences.set(entity, Math.max(sequence, this.sequences.get(entity) ?? 0));
    const id = extra.id ?? newId('evt', this.process.clock.now());
    const organizationId = extra.organizationId ?? (data as { organizationId?: OrganizationId }).organizationId;
    const event: CloudEvent = {
      specversion: '1.0', id, source: `/${serviceOf(contract)}`, type: cloudEventType(contract), subject: entity, time: this.process.clock.now().toISOString(),
      dataschema: '', datacontenttype: 'application/json', actorid: extra.actorId ?? 'service:test', requestid: 'test', sequence, data,
      ...(organizationId ? { organizationid: organizationId } : {}),
    };
    await this.bus.publishEvent(contract.subject, id, encode(event));
  }

  /** The facts in the outbox, oldest first. */
  async outbox(): Promise<{ type: string; data: Record<string, unknown>; event: CloudEvent }[]> {
    const { rows } = await this.database.query<{ body: CloudEvent<Record<string, unknown>> }>('select body from outbox order by id');
    return rows.map(({ body }) => ({ type: body.type.replace(/^cordee\.|\.v\d+$/g, ''), data: body.data, event: body }));
  }

  /** Rows of a table, as the owner sees them. */
  async rows(sql: string, parameters: unknown[] = []): Promise<Record<string, unknown>[]> {
    return (await this.database.query<Record<string, unknown>>(sql, parameters)).rows;
  }

  /** Waits for a fact instead of for the clock: until `look` gives something. */
  async until<T>(look: () => Promise<T | undefined | false>, what: string, timeoutMs = 10_000): Promise<T> {
    const end = performance.now() + timeoutMs;
    for (;;) {
      const found = await look();
      if (found) return found;
      if (performance.now() > end) throw new Error(`${what} did not happen within ${timeoutMs} ms`);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }

  /** Moves the clock of the process forward to an instant. */
  moveClockTo(instant: string): void {
    this.process.clock.moveTo(new Date(instant).getTime() - Date.now());
  }

  async stop(): Promise<void> {
    await this.cleanUp();
  }

  private client(as: Caller): RpcClient {
    return new RpcClient(this.bus, typeof as === 'object' && 'service' in as ? as.service : 'gateway');
  }

  private async options(as: Caller, options: CallOptions): Promise<CallOptions> {
    if (typeof as !== 'object' || 'service' in as) return options;
    const now = this.process.clock.now();
    const accountId = 'staff' in as ? as.staff : as.account;
    const token = await this.sign({ accountId, sessionId: newId('ses', now), isStaff: 'staff' in as }, now);
    return { ...options, for: { requestId: 'test', traceparent: undefined, language: 'en', reason: undefined, ...options.for, token } };
  }
}

async function answerForOthers(service: string, bus: Bus, facts: () => ServiceUnderTest['facts'], key: object): Promise<void> {
  const serve = async (contract: Contract, answer: (organizationId: OrganizationId) => unknown): Promise<void> => {
    if (serviceOf(contract) === service) return;
    await bus.serve(contract.subject, serviceOf(contract), async ({ data }) => {
      const { organizationId } = decode(data) as { organizationId: OrganizationId };
      return encode({ output: answer(organizationId) });
    });
  };
  await serve(listKeys, () => ({ keys: [key] }));
  await serve(getPeopleFacts, (organizationId) => ({ organizationId, people: facts().people.get(organizationId) ?? [] }));
  await serve(getGrantFacts, (organizationId) => ({ organizationId, ...(facts().grants.get(organizationId) ?? { teams: [], memberships: [], grants: [] }) }));
  await serve(getProductFacts, (organizationId) => ({ organizationId, products: facts().products.get(organizationId) ?? [] }));
}

/** The UUID behind an id, for looking at rows. */
export const uuid = toUuid;
