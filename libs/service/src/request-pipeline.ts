import type { AccessCache } from '@cordee/access/access-cache';
import { newerRevision, readRevision, writeRevision, type AccessRevision } from '@cordee/access/access-revision';
import type { CloudEvent } from '@cordee/contracts/cloud-event';
import type { Contract } from '@cordee/contracts/contract';
import { DomainError } from '@cordee/contracts/domain-error';
import type { PipelineHooks, ExecutionResult, HandlerMode, PrepareReaction } from '@cordee/messaging/bus-server';
import type { BusMessage, EventDelivery, Verdict } from '@cordee/messaging/bus';
import { actorId, type Call } from '@cordee/messaging/call';
import { runOnce } from './idempotency.ts';
import { isDatabaseUnavailable } from './database/database-errors.ts';
import { openReads, roundTripsOf } from './database/orm.ts';
import { isStatementOutdated } from './database/prepared-statements.ts';
import { databaseRoles } from './database/platform-tables.ts';
import { setRole, setTenantContext } from './database/tenant-context.ts';
import {
  DeadlockException,
  OptimisticLockError,
  UniqueConstraintViolationException,
  type EntityManager,
} from '@mikro-orm/postgresql';
import { assertInTime, CallAuthorizer } from './call-authorizer.ts';
import { CallContext, PreparingContext, ReadingContext, TransactionContext } from './call-contexts.ts';
import type { CallMetrics } from './call-metrics.ts';
import type { Clock } from './clock.ts';
import type { FairQueue } from './fair-queue.ts';
import type { PreparationContext } from './handler-decorators.ts';
import { CommittedRejection } from './committed-rejection.ts';
import { storeDeadLetter } from './dead-letters.ts';
import { ReactionRunner } from './reaction-runner.ts';
import type { ServiceTokenAudit } from './service-token-access.ts';
import type { SupportAudit } from './support-audit.ts';
import type { TokenVerifier } from './token-verifier.ts';
import type { CommittedTransaction, TransactionHooks, Transactions, WriteMetadata } from './transactions.ts';

/** The access revision of a call that has changed no access data. */
const UNCHANGED_REVISION: AccessRevision = {};
/** The maximum number of attempts of a call that conflicts with other transactions. */
const MAX_CONFLICT_ATTEMPTS = 5;

export interface PipelineDependencies {
  service: string;
  em: EntityManager;
  /** Like `em`, for the queries of access caches. */
  accessEm: EntityManager;
  transactions: Transactions;
  /**
   * Transactions for the commands of access caches, which take leases. A service that owns access data has separate
   * connections for these transactions; any other service uses `transactions`.
   */
  accessTransactions: Transactions;
  access: AccessCache;
  verifier: TokenVerifier;
  supportAudit: SupportAudit;
  serviceTokenAudit: ServiceTokenAudit;
  clock: Clock;
  /** Commands wait here for a connection. */
  commandQueue: FairQueue;
  queryQueue: FairQueue;
  callMetrics: CallMetrics;
  /** See `ServiceDefinition.sharesReactionTransactions`. */
  sharesReactionTransactions: boolean;
  logError: (error: unknown, where: string, traceparent?: string) => void;
}

/** The part of a command that runs in the transaction. */
interface CommandWork {
  run: (context: unknown) => Promise<unknown>;
  /** The round trips to PostgreSQL before the transaction. */
  roundTrips: number;
}

/**
 * Runs every request: authenticate, authorize, open the transaction, apply idempotency, call the handler, publish
 * events after the commit.
 */
export class RequestPipeline implements PipelineHooks {
  private readonly authorizer: CallAuthorizer;
  private readonly reactions: ReactionRunner;

  constructor(private readonly dependencies: PipelineDependencies) {
    this.authorizer = new CallAuthorizer(dependencies);
    this.reactions = new ReactionRunner(dependencies);
  }

  get maxRunning(): number {
    return this.reactions.maxRunning;
  }

  authorize(contract: Contract, input: unknown, headers: BusMessage['headers']): Promise<Call> {
    return this.authorizer.authorize(contract, input, headers);
  }

  async execute(
    authorized: Call,
    input: unknown,
    run: (context: unknown) => Promise<unknown>,
    mode: HandlerMode,
  ): Promise<ExecutionResult> {
    if (authorized.actor.kind === 'service_token')
      await this.dependencies.serviceTokenAudit.record(authorized, authorized.actor, input);
    const call = authorized.supportAccessIds
      ? await this.authorizer.auditSupportAction(authorized, authorized.supportAccessIds, input)
      : authorized;
    if (mode === 'cache_only')
      return { output: await run(new CallContext(call)), accessRevision: this.revisionToken(call, UNCHANGED_REVISION) };
    const { queryQueue, commandQueue } = this.dependencies;
    if (call.contract.kind === 'query') return runInTurn(queryQueue, call, () => this.executeQuery(call, run));
    const work = mode === 'prepared' ? await this.prepareCommand(call, run) : { run, roundTrips: 0 };
    const { output, accessRevision, finish } = await runInTurn(commandQueue, call, () =>
      this.executeCommand(call, input, work),
    );
    // Runs outside of the queue, because a notification can wait for a process that does not answer.
    await finish();
    return { output, accessRevision };
  }

  /** Runs the part of a command before its transaction. Returns the work for the transaction. */
  private async prepareCommand(call: Call, prepare: (context: unknown) => Promise<unknown>): Promise<CommandWork> {
    let roundTrips = 0;
    const read: PreparationContext['read'] = (work) =>
      runInTurn(this.dependencies.queryQueue, call, async () => {
        const em = this.openTenantReads(call);
        try {
          return await work(em);
        } catch (error) {
          throw toUnavailableError(error);
        } finally {
          roundTrips += roundTripsOf(em);
        }
      });
    const run = (await prepare(new PreparingContext(call, read))) as CommandWork['run'];
    return { run, roundTrips };
  }

  /** Resolves at the commit. Call `finish` of the result afterwards. */
  private async executeCommand(
    call: Call,
    input: unknown,
    { run, roundTrips: preparationRoundTrips }: CommandWork,
  ): Promise<ExecutionResult & Pick<CommittedTransaction<unknown>, 'finish'>> {
    const readClock = (): Date => this.dependencies.clock.now();
    const { transactions, accessTransactions, callMetrics } = this.dependencies;
    const callTransactions = call.contract.isForAccess ? accessTransactions : transactions;
    for (let attempt = 1; ; attempt += 1) {
      try {
        const { result, revision, roundTrips, finish } = await callTransactions.runUntilCommit(
          writeMetadataOf(call),
          async (em, hooks) => {
            this.setRoleAndTenant(em, call);
            const context = new TransactionContext(call, em, hooks, readClock);
            return commitThenReject(hooks, () =>
              runOnce(
                em,
                call,
                input,
                () => run(context),
                () => hooks.markAsRepeat(),
              ),
            );
          },
        );
        callMetrics.record(call.contract, preparationRoundTrips + roundTrips);
        return { output: result, accessRevision: revision && this.revisionToken(call, revision), finish };
      } catch (error) {
        // Another transaction committed first, or a migration changed a table. The next attempt sees the change.
        const isConflict =
          error instanceof OptimisticLockError ||
          error instanceof DeadlockException ||
          error instanceof UniqueConstraintViolationException ||
          isStatementOutdated(error);
        if (!isConflict || attempt === MAX_CONFLICT_ATTEMPTS) throw toUnavailableError(error);
      }
    }
  }

  /** Runs a query without a transaction: each statement takes one round trip. */
  private async executeQuery(call: Call, run: (context: unknown) => Promise<unknown>): Promise<ExecutionResult> {
    const em = this.openTenantReads(call);
    try {
      const output = await run(new ReadingContext(call, em));
      this.dependencies.callMetrics.record(call.contract, roundTripsOf(em));
      return { output, accessRevision: this.revisionToken(call, UNCHANGED_REVISION) };
    } catch (error) {
      throw toUnavailableError(error);
    }
  }

  private openTenantReads(call: Call): EntityManager {
    const em = openReads(call.contract.isForAccess ? this.dependencies.accessEm : this.dependencies.em);
    this.setRoleAndTenant(em, call);
    return em;
  }

  handleEvent(event: CloudEvent, prepare: PrepareReaction): Promise<Verdict> {
    return this.reactions.handle(event, prepare);
  }

  async deadLetter(delivery: EventDelivery, event: CloudEvent | undefined, reason: string): Promise<void> {
    await storeDeadLetter(this.dependencies, delivery, event, reason);
  }

  logError(error: unknown, where: string, traceparent: string | undefined): void {
    this.dependencies.logError(error, where, traceparent);
  }

  /**
   * The access revision of the reply. For each part, it is the newest of three revisions: the revision of the cached
   * data, the revision after the writes of the call (`changed`), and the revision that the caller sent.
   */
  private revisionToken({ organizationId, accessRevision }: Call, changed: AccessRevision): string | undefined {
    if (!organizationId) return undefined;
    const newestRevision = newerRevision(this.dependencies.access.revisionOf(organizationId), changed);
    return writeRevision(
      organizationId,
      accessRevision ? newerRevision(newestRevision, readRevision(organizationId, accessRevision)) : newestRevision,
    );
  }

  private setRoleAndTenant(em: EntityManager, call: Call): void {
    if (call.contract.access === 'staff') setRole(em, databaseRoles(this.dependencies.service).staff);
    setTenantContext(em, {
      organizationId: call.organizationId,
      accountId: call.actor.kind === 'person' ? call.actor.accountId : undefined,
    });
  }
}

/** Runs the work of a call when its turn comes. */
function runInTurn<T>(queue: FairQueue, { queueKey, deadline }: Call, work: () => Promise<T>): Promise<T> {
  if (queueKey === undefined) return work();
  return queue.run(queueKey, () => {
    assertInTime(deadline);
    return work();
  });
}

/** Converts the error of a database that cannot be reached. The caller can repeat the call with the same key. */
const toUnavailableError = (error: unknown): unknown =>
  isDatabaseUnavailable(error)
    ? new DomainError('SERVICE_UNAVAILABLE', { detail: 'the database cannot be reached', retryAfter: 2 })
    : error;

/** Postpones a `CommittedRejection`, which is a rejection that keeps the writes, until after the commit. */
async function commitThenReject(hooks: TransactionHooks, work: () => Promise<unknown>): Promise<unknown> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof CommittedRejection)) throw error;
    hooks.afterCommit(() => {
      throw error;
    });
    return undefined;
  }
}

const writeMetadataOf = (call: Call): WriteMetadata => ({
  isCommand: call.contract.kind === 'command',
  supportAccessId: call.supportAccessIds?.join(),
  actorId: actorId(call.actor),
  organizationId: call.organizationId,
  reason: call.reason,
  requestId: call.requestId,
  traceparent: call.traceparent,
  now: call.now,
});
