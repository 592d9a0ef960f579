import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { CloudEvent, cloudEventType, dataSchemaOf } from '@cordee/contracts/cloud-event';
import {
  serviceOf,
  type AccessPart,
  type Contract,
  type EventContract,
  type Input,
  type Output,
} from '@cordee/contracts/contract';
import { newId, toUuid } from '@cordee/contracts/id';
import { writeRevision, type AccessRevision } from '@cordee/access/access-revision';
import type { Bus } from '@cordee/messaging/bus';
import { decode, encode, type Reply } from '@cordee/messaging/reply';
import { toReplyError } from '@cordee/messaging/reply-error';
import { RpcClient, type CallOptions } from '@cordee/messaging/rpc-client';
import { StreamKeeper } from '@cordee/messaging/stream-keeper';
import { Clock } from '@cordee/service/clock';
import { ProcessContext } from '@cordee/service/process-context';
import type { ServiceDefinition } from '@cordee/service/service-definition';
import { ServiceHost } from '@cordee/service/service-host';
import { createSigningKey, verificationKeyOf } from '@cordee/service/token-keys';
import { Client } from 'pg';
import type * as z from 'zod';
import { roundTripsAboveLimit } from './round-trip-limits.ts';
import { signAccessToken } from './sign-access-token.ts';
import { StubbedSnapshots, stubSnapshots } from './stubbed-snapshots.ts';
import { createTestDatabase } from './test-database.ts';
import { serverUrl } from './test-environment.ts';
import { waitFor } from './wait-for.ts';

type AccountId = `acc_${string}`;
type OrganizationId = `org_${string}`;

/** The method `now` of the real clock. */
const realClockMethod = Object.getOwnPropertyDescriptor(Clock.prototype, 'now')!;
/** The time that a call may take, so that no call fails because the machine is busy. */
const CALL_TIMEOUT_MS = 30_000;

/** The limits of an API token. */
export interface Limits {
  organizationId: OrganizationId;
  scopes: string[];
}

/** The caller: a signed-in person, a person with an API token, staff, another service, or nobody. */
export type Caller =
  | { account: AccountId; limits?: Limits; signedInAt?: Date }
  | { staff: AccountId; signedInAt?: Date }
  | { service: string }
  | 'nobody';

/** Signs an access token with the key of the test service. */
type SignToken = (
  person: { accountId: AccountId; sessionId: string; isStaff: boolean; signedInAt?: Date; limits?: Limits },
  now: Date,
) => Promise<string>;

interface RunningService {
  host: ServiceHost;
  process: ProcessContext;
  bus: Bus;
  database: Client;
  stubbedSnapshots: StubbedSnapshots;
  sign: SignToken;
  openReplica: (changes: Record<string, string>) => Promise<{ stop(): Promise<void> }>;
  stopHost: () => Promise<void>;
  cleanUp: () => Promise<void>;
}

/**
 * A service on real PostgreSQL and Redis, on the embedded bus or NATS, called by contract. The test stubs other
 * services: snapshots of people, grants and products with `stubbedSnapshots`, other contracts with `stub`.
 */
export class TestService {
  /**
   * The stubbed snapshots of identity, teams and products. The snapshot of the tested service is not stubbed. After a
   * change, call `snapshotChanged`.
   */
  readonly stubbedSnapshots: StubbedSnapshots;
  private readonly sequences = new Map<string, number>();
  /** The time while the clock is frozen. */
  private frozenTime: Date | undefined;

  readonly host: ServiceHost;
  readonly process: ProcessContext;
  readonly bus: Bus;
  /** Connected as the administrator, without row-level security. */
  readonly database: Client;

  private constructor(private readonly running: RunningService) {
    ({ host: this.host, process: this.process, bus: this.bus, database: this.database } = running);
    this.stubbedSnapshots = running.stubbedSnapshots;
  }

  static async start(definition: ServiceDefinition, environment: Record<string, string> = {}): Promise<TestService> {
    const urls = await createTestDatabase(definition.name, definition.migrations);
    const signingKey = createSigningKey();
    const verificationKeys = { keys: [verificationKeyOf(signingKey)] };
    const natsUrl = environment['NATS_URL'];
    const openProcess = (): Promise<ProcessContext> =>
      ProcessContext.open('test', {
        LOG_LEVEL: 'error',
        CORDEE_VERSION: 'test',
        NATS_URL: natsUrl,
        CORDEE_MODE: 'test',
        ACCESS_CACHE_MIB: 64,
        TOKEN_VERIFICATION_KEYS: verificationKeys,
      });
    const streamKeeper = natsUrl ? await StreamKeeper.start(natsUrl, () => true) : undefined;
    const process = await openProcess();
    const bus = await process.connect(definition.name);
    const stubbedSnapshots = new StubbedSnapshots();
    await stubSnapshots(definition.name, bus, stubbedSnapshots);
    const config = {
      CORDEE_MODE: 'test',
      LOG_LEVEL: 'error',
      DATABASE_URL: urls.runtime,
      REDIS_URL: serverUrl('REDIS_URL'),
      QUEUE_PREFIX: randomUUID(),
      // A call may wait as long as its caller waits for the reply.
      MAX_CALL_WAIT_MS: String(CALL_TIMEOUT_MS),
      TOKEN_SIGNING_KEY: JSON.stringify(signingKey),
      TOKEN_VERIFICATION_KEYS: JSON.stringify(verificationKeys),
      ...environment,
    };
    const host = await ServiceHost.start(definition, config, process);
    const admin = new URL(serverUrl('DATABASE_ADMIN_URL'));
    admin.pathname = new URL(urls.runtime).pathname;
    const database = new Client({ connectionString: admin.href });
    await database.connect();
    const sign: SignToken = ({ accountId, sessionId, isStaff, signedInAt, limits }, now) =>
      signAccessToken(
        signingKey,
        accountId,
        {
          sid: sessionId,
          staff: isStaff,
          ...(signedInAt ? { auth_time: Math.floor(signedInAt.getTime() / 1000) } : {}),
          ...(limits ? { org: limits.organizationId, scopes: limits.scopes } : {}),
        },
        now,
      );
    const openReplica = async (changes: Record<string, string>): Promise<{ stop(): Promise<void> }> => {
      const replicaProcess = await openProcess();
      const replica = await ServiceHost.start(definition, { ...config, ...changes }, replicaProcess);
      return { stop: () => replica.stop().then(() => replicaProcess.close()) };
    };
    let hostStop: Promise<void> | undefined;
    const stopHost = (): Promise<void> => (hostStop ??= host.stop());
    const cleanUp = async (): Promise<void> => {
      await stopHost();
      await process.close();
      await streamKeeper?.stop();
      await database.end();
      await urls.drop();
    };
    return new TestService({ host, process, bus, database, stubbedSnapshots, sign, openReplica, stopHost, cleanUp });
  }

  /** Calls a contract and returns the output. Throws the error of the reply as a `DomainError`. */
  async call<C extends Contract>(
    contract: C,
    input: z.input<C['input']>,
    as: Caller,
    options: CallOptions = {},
  ): Promise<z.output<C['output']>> {
    const output = await this.client(as).call(contract, input, {
      timeoutMs: CALL_TIMEOUT_MS,
      ...(await this.withToken(as, options)),
    });
    // The service has not checked this output, so the spec does. A field that is not in the contract is an error.
    if (contract.hasUncheckedOutput) assert.deepEqual(output, contract.output.parse(output));
    return output;
  }

  /** Calls a contract and returns the error code, or `ok`. */
  async codeOf<C extends Contract>(
    contract: C,
    input: z.input<C['input']>,
    as: Caller,
    options: CallOptions = {},
  ): Promise<string> {
    const reply: Reply = await this.client(as).send(contract, input, {
      timeoutMs: CALL_TIMEOUT_MS,
      ...(await this.withToken(as, options)),
    });
    return 'error' in reply ? reply.error.code : 'ok';
  }

  /** Stubs a contract of another service. A thrown `DomainError` becomes the error of the reply. */
  async stub<C extends Contract>(
    contract: C,
    handle: (input: Input<C>) => NoInfer<Output<C>> | Promise<NoInfer<Output<C>>>,
  ): Promise<void> {
    await this.bus.serve(contract.subject, serviceOf(contract), async ({ data }) => {
      try {
        return encode({ output: await handle(contract.input.parse(decode(data)) as Input<C>) });
      } catch (error) {
        return encode({ error: toReplyError(error, contract) });
      }
    });
  }

  /** Increments the revision of a stubbed snapshot and notifies the process, like the owning service. */
  snapshotChanged(part: AccessPart, organizationId: OrganizationId): void {
    this.changeSnapshotSilently(part, organizationId);
    this.process.access.onChange({ part, organizationId, revision: this.revisionOf(part, organizationId) });
  }

  /**
   * Increments the revision of a stubbed snapshot without a notification, because the event of a change may arrive
   * before its notification.
   */
  changeSnapshotSilently(part: AccessPart, organizationId: OrganizationId): void {
    this.stubbedSnapshots.incrementRevision(part, organizationId);
  }

  /** The revision of a stubbed snapshot. */
  revisionOf(part: AccessPart, organizationId: OrganizationId): number {
    return this.stubbedSnapshots.revisionOf(part, organizationId);
  }

  /** Publishes an event like another service. Resolves when the tested service has handled the event. */
  async publishEvent<E extends EventContract>(
    contract: E,
    data: z.input<E['data']>,
    extra: {
      organizationId?: OrganizationId;
      sequence?: number;
      actorId?: string;
      id?: string;
      time?: string;
      traceparent?: string;
      /** By default the newest revision, even without a notification. */
      accessRevision?: AccessRevision;
    } = {},
  ): Promise<void> {
    const entity = String((data as Record<string, unknown>)[contract.entity]);
    const sequence = extra.sequence ?? (this.sequences.get(entity) ?? 0) + 1;
    this.sequences.set(entity, Math.max(sequence, this.sequences.get(entity) ?? 0));
    const id = extra.id ?? newId('evt', this.process.clock.now());
    const organizationId = extra.organizationId ?? (data as { organizationId?: OrganizationId }).organizationId;
    const event: CloudEvent = {
      specversion: '1.0',
      id,
      source: `/${serviceOf(contract)}`,
      type: cloudEventType(contract),
      subject: entity,
      time: extra.time ?? this.process.clock.now().toISOString(),
      dataschema: dataSchemaOf(contract),
      datacontenttype: 'application/json',
      actorid: extra.actorId ?? 'service:test',
      requestid: 'test',
      ...(extra.traceparent ? { traceparent: extra.traceparent } : {}),
      sequence,
      data,
      ...(organizationId
        ? { organizationid: organizationId, accessrevision: this.revisionToken(organizationId, extra.accessRevision) }
        : {}),
    };
    await this.bus.publishEvent(contract.subject, id, encode(event));
  }

  /** The events in the outbox, oldest first. */
  async outbox(): Promise<{ type: string; data: Record<string, unknown>; event: CloudEvent }[]> {
    const { rows } = await this.database.query<{ body: CloudEvent<Record<string, unknown>> }>(
      'select body from outbox order by id',
    );
    return rows.map(({ body }) => ({
      type: body.type.replace(/^cordee\.|\.v\d+$/g, ''),
      data: body.data,
      event: body,
    }));
  }

  /** The events of an entity or of an organization in the outbox. */
  async eventsOf(id: string): ReturnType<TestService['outbox']> {
    return (await this.outbox()).filter(({ data, event }) => event.subject === id || data['organizationId'] === id);
  }

  /** Runs SQL without row-level security. */
  async rows(sql: string, parameters: unknown[] = []): Promise<Record<string, unknown>[]> {
    return (await this.database.query<Record<string, unknown>>(sql, parameters)).rows;
  }

  /** Polls until a condition is true. */
  readonly until = waitFor;

  /** Moves the clock of the process forward. */
  moveClockTo(instant: string): void {
    if (this.frozenTime) this.frozenTime = new Date(instant);
    this.process.clock.setOffset(new Date(instant).getTime() - Date.now());
  }

  /**
   * Freezes the clocks of all processes of the test until it ends, so that no wait ends because the machine is busy.
   * Only `moveClockTo` moves the time.
   */
  freezeClock(): void {
    this.frozenTime = this.process.clock.now();
    Clock.prototype.now = () => this.frozenTime!;
  }

  /**
   * Starts a replica on the same database, with changes of the environment. Start the service with the `NATS_URL` of a
   * `PrivateBroker`: on the broker of all suites, calls would also reach the services of suites that run at the same
   * time.
   */
  async startReplica(changes: Record<string, string> = {}): Promise<{ stop(): Promise<void> }> {
    return this.running.openReplica(changes);
  }

  /** Stops the service, but not the test: a replica can then continue its work. */
  stopHost(): Promise<void> {
    return this.running.stopHost();
  }

  async stop(): Promise<void> {
    Object.defineProperty(Clock.prototype, 'now', realClockMethod);
    const aboveLimit = roundTripsAboveLimit(this.process.callMetrics.maxRoundTrips());
    await this.running.cleanUp();
    if (aboveLimit.length > 0) throw new Error(aboveLimit.join('\n'));
  }

  private revisionToken(organizationId: OrganizationId, revision?: AccessRevision): string {
    return writeRevision(
      organizationId,
      revision ?? {
        people: this.revisionOf('people', organizationId),
        grants: this.revisionOf('grants', organizationId),
        products: this.revisionOf('products', organizationId),
      },
    );
  }

  private client(as: Caller): RpcClient {
    return new RpcClient(this.bus, typeof as === 'object' && 'service' in as ? as.service : 'gateway');
  }

  private async withToken(as: Caller, options: CallOptions): Promise<CallOptions> {
    if (typeof as !== 'object' || 'service' in as) return options;
    const now = this.process.clock.now();
    const accountId = 'staff' in as ? as.staff : as.account;
    const limits = 'account' in as ? as.limits : undefined;
    const token = await this.running.sign(
      {
        accountId,
        sessionId: newId(limits ? 'tok' : 'ses', now),
        isStaff: 'staff' in as,
        ...(limits ? { limits } : { signedInAt: as.signedInAt ?? now }),
      },
      now,
    );
    return {
      ...options,
      causedBy: {
        requestId: 'test',
        traceparent: undefined,
        language: 'en',
        reason: undefined,
        ...options.causedBy,
        token,
      },
    };
  }
}

/** The UUID of an id, for SQL. */
export const uuid = toUuid;
