import type { AccessCache } from '@cordee/access/access-cache';
import { newest, readRevision, writeRevision, type AccessRevision } from '@cordee/access/access-revision';
import type { CloudEvent } from '@cordee/contracts/cloud-event';
import type { Contract } from '@cordee/contracts/contract';
import { DomainError } from '@cordee/contracts/domain-error';
import { permissions, type PermissionName } from '@cordee/contracts/permissions';
import { Locale } from '@cordee/contracts/values';
import type { PipelineHooks, ExecutionResult } from '@cordee/messaging/bus-server';
import { REDELIVERY_MS, type BusMessage, type EventDelivery, type Verdict } from '@cordee/messaging/bus';
import { actorId, callHeaders, scopesOf, type Actor, type Call } from '@cordee/messaging/call';
import { claim } from '@cordee/outbox/inbox';
import { runOnce } from './idempotency.ts';
import { databaseRoles } from './database/platform-tables.ts';
import { setRole, setTenantContext } from './database/tenant-context.ts';
import {
  DeadlockException,
  OptimisticLockError,
  UniqueConstraintViolationException,
  type EntityManager,
} from '@mikro-orm/postgresql';
import type { Clock } from './clock.ts';
import type { CommandContext, ReadContext, ReactionContext } from './handler-decorators.ts';
import { enforceTokenScope } from './token-scope.ts';
import { CommitThenReject } from './committed-rejection.ts';
import { durableOf, eventMetadataOf } from './event-metadata-of.ts';
import { additionalSupportAccesses, supportAccessesFor, type SupportAudit } from './support-audit.ts';
import type { TokenVerifier } from './token-verifier.ts';
import type { TransactionHooks, Transactions, WriteMetadata } from './transactions.ts';

const OUT_OF_ORDER_RETRY_MS = 200;
/**
 * An event that came before an older one of its entity is held back this many deliveries, then taken anyway: well past the time after which
 * what a killed replica had been given comes again. Giving up sooner would take the older one for seen.
 */
const MAX_OUT_OF_ORDER_DELIVERIES = (2 * REDELIVERY_MS) / OUT_OF_ORDER_RETRY_MS;
/** A command that lost a race on a version runs again from the start, this often. */
const MAX_CONFLICT_RETRIES = 5;

export interface PipelineDependencies {
  service: string;
  em: EntityManager;
  transactions: Transactions;
  /** For what copies of access facts wait for; the same as the others where nothing does. */
  accessTransactions: Transactions;
  access: AccessCache;
  verifier: TokenVerifier;
  supportAudit: SupportAudit;
  clock: Clock;
  report: (error: unknown, where: string) => void;
}

/** What stands around every door of a service: who calls and may they, one transaction, once per key or event, facts out after the commit. */
export class RequestPipeline implements PipelineHooks {
  constructor(private readonly parts: PipelineDependencies) {}

  async authorize(contract: Contract, input: unknown, headers: BusMessage['headers']): Promise<Call> {
    const now = this.parts.clock.now();
    const deadline = Number(headers[callHeaders.deadline]);
    // Whoever asked has given up; with a key they ask again.
    if (deadline && Date.now() > deadline) throw new DomainError('SERVICE_UNAVAILABLE', { retryAfter: 1 });
    const token = headers[callHeaders.token];
    const actor = await this.authenticate(contract, token, headers[callHeaders.service]);
    const organizationId = (input as { organizationId?: `org_${string}` } | null)?.organizationId;
    let supportAccessIds = await this.checkAccess(contract, actor, organizationId, now);
    const accessRevision = headers[callHeaders.accessRevision];
    if (organizationId && accessRevision) {
      // Only who belongs here may ask for newer facts; what these say of them counts.
      await this.parts.access.catchUp(organizationId, readRevision(organizationId, accessRevision));
      supportAccessIds = await this.checkAccess(contract, actor, organizationId, now);
    }
    const reason = headers[callHeaders.reason];
    const idempotencyKey = headers[callHeaders.idempotencyKey];
    if (contract.idempotencyKey === 'required' && !idempotencyKey) throw new DomainError('IDEMPOTENCY_KEY_MISSING');
    return {
      contract,
      actor,
      now,
      organizationId,
      token,
      accessRevision,
      supportAccessIds,
      requestId: headers[callHeaders.requestId] ?? 'unknown',
      traceparent: headers[callHeaders.traceparent],
      idempotencyKey: idempotencyKey && decodeURIComponent(idempotencyKey),
      reason: reason && decodeURIComponent(reason),
      language: languageOf(headers[callHeaders.language]),
    };
  }

  async execute(
    authorized: Call,
    input: unknown,
    run: (context: unknown) => Promise<unknown>,
    usesCacheOnly: boolean,
  ): Promise<ExecutionResult> {
    const call = authorized.supportAccessIds
      ? await this.auditSupportAction(authorized, authorized.supportAccessIds, input)
      : authorized;
    if (usesCacheOnly) return { output: await run(new CallContext(call)), accessRevision: this.revisionWord(call, {}) };
    for (let attempt = 1; ; attempt += 1) {
      try {
        const { result, revision } = await (
          call.contract.isForAccess ? this.parts.accessTransactions : this.parts.transactions
        ).commit(writeMetadataOf(call), async (em, after) => {
          await this.enter(em, call);
          const context = new TransactionContext(call, em, after);
          return call.contract.kind === 'query'
            ? run(context)
            : commitThenReject(after, () => runOnce(em, call, input, () => run(context)));
        });
        return {
          output: result,
          accessRevision:
            revision || call.contract.kind === 'query' ? this.revisionWord(call, revision ?? {}) : undefined,
        };
      } catch (error) {
        // Somebody else was faster: the second run finds what they wrote and answers accordingly.
        const isRace =
          error instanceof OptimisticLockError ||
          error instanceof DeadlockException ||
          error instanceof UniqueConstraintViolationException;
        if (!isRace || attempt === MAX_CONFLICT_RETRIES) throw error;
      }
    }
  }

  async handleEvent(event: CloudEvent, run: (context: unknown) => Promise<void>, attempt: number): Promise<Verdict> {
    const { service, access, clock } = this.parts;
    const cause = eventMetadataOf(event, clock.now());
    // An event may arrive before this process is told of its change. A reaction must not drop work for an older copy.
    access.hearEvent(event);
    return this.parts.transactions.run(cause, async (em, after): Promise<Verdict> => {
      await setTenantContext(em, { organizationId: cause.organizationId });
      const turn = await claim(em, durableOf(service, event), event, attempt < MAX_OUT_OF_ORDER_DELIVERIES);
      if (turn === 'early') return { retryAfterMs: OUT_OF_ORDER_RETRY_MS };
      if (turn === 'now')
        await run({
          em,
          event,
          now: cause.now,
          publish: after.publish,
          afterCommit: after.commit,
        } satisfies ReactionContext);
      return { done: true };
    });
  }

  /** Keeps what no reaction could take, and lets the later facts of its entity pass. */
  async deadLetter(delivery: EventDelivery, event: CloudEvent | undefined, reason: string): Promise<void> {
    await this.parts.em.fork().transactional(async (em) => {
      await em.execute(`insert into dead_letter (subject, body, reason, attempts, created_at) values (?, ?, ?, ?, ?)`, [
        delivery.subject,
        Buffer.from(delivery.data),
        reason.slice(0, 2_000),
        delivery.attempt,
        this.parts.clock.now(),
      ]);
      if (event) await claim(em, durableOf(this.parts.service, event), event, false);
    });
  }

  report(error: unknown, where: string): void {
    this.parts.report(error, where);
  }

  private async authenticate(
    contract: Contract,
    token: string | undefined,
    service: string | undefined,
  ): Promise<Actor> {
    if (contract.access === 'service') return { kind: 'service', service: service ?? 'unknown' };
    if (!token) return { kind: 'anonymous' };
    if (contract.access !== 'public') return this.parts.verifier.verify(token);
    // A public door is open to somebody with an old token as to anybody; who comes with an API token is nobody there.
    const person = await this.parts.verifier.verify(token).catch(() => undefined);
    return person && !person.limits ? person : { kind: 'anonymous' };
  }

  /** Refuses whoever may not; the support accesses under which somebody is let in, or has entered besides belonging to the organization. */
  private async checkAccess(
    contract: Contract,
    actor: Actor,
    organizationId: `org_${string}` | undefined,
    now: Date,
  ): Promise<Call['supportAccessIds']> {
    const { access } = contract;
    if (access === 'public' || access === 'service') return undefined;
    if (actor.kind !== 'person') throw new DomainError('SIGN_IN_REQUIRED');
    if (access === 'staff') {
      // Staff routes do not exist for anybody else.
      if (!actor.isStaff) throw new DomainError('NOT_FOUND');
      return undefined;
    }
    if (actor.limits) enforceTokenScope(actor.limits, access, organizationId);
    if (access === 'account') return undefined;
    if (!(access in permissions) || !organizationId)
      throw new Error(`${contract.subject} asks for ${access} without an organization`);
    const people = await this.parts.access.people(organizationId);
    const person = people.find(actor.accountId);
    if (!person) return supportAccessesFor(people, actor, { permission: access, kind: contract.kind, now });
    if (!people.may(actor.accountId, access satisfies PermissionName)) {
      throw new DomainError(
        'PERMISSION_DENIED',
        person.lacksSecondFactor ? { detail: 'the organization asks for a second factor, and you have none' } : {},
      );
    }
    return additionalSupportAccesses(people, actor, now);
  }

  /** The call, under the accesses that stand as identity knows them; who has nothing else is not let in without one. */
  private async auditSupportAction(
    call: Call,
    supportAccessIds: NonNullable<Call['supportAccessIds']>,
    input: unknown,
  ): Promise<Call> {
    const standing = await this.parts.supportAudit.keep(call, supportAccessIds, input);
    if (standing.length > 0) return { ...call, supportAccessIds: standing };
    const people = await this.parts.access.people(call.organizationId!);
    if (!people.find(actorId(call.actor))) throw new DomainError('ORGANIZATION_NOT_FOUND');
    // What they do might rest on what has just ended, until this process has heard of it.
    throw new DomainError('SERVICE_UNAVAILABLE', {
      detail: 'a support access is ending at this moment',
      retryAfter: 1,
    });
  }

  /** How far the access facts are that this call has changed or was answered from, together with what it was asked to know. */
  private revisionWord({ organizationId, accessRevision }: Call, changed: AccessRevision): string | undefined {
    if (!organizationId) return undefined;
    const known = newest(this.parts.access.revisionOf(organizationId), changed);
    return writeRevision(
      organizationId,
      accessRevision ? newest(known, readRevision(organizationId, accessRevision)) : known,
    );
  }

  private async enter(em: EntityManager, call: Call): Promise<void> {
    if (call.contract.access === 'staff') await setRole(em, databaseRoles(this.parts.service).staff);
    await setTenantContext(em, {
      organizationId: call.organizationId,
      accountId: call.actor.kind === 'person' ? call.actor.accountId : undefined,
    });
  }
}

/** English where nothing that is spoken here was asked for; without a schema, whose refusal would cost more than most answers. */
const languageOf = (asked: string | undefined): Locale => Locale.options.find((locale) => locale === asked) ?? 'en';

/** A refusal that keeps what was written is given after the commit. */
async function commitThenReject(after: TransactionHooks, work: () => Promise<unknown>): Promise<unknown> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof CommitThenReject)) throw error;
    after.commit(() => {
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

/** What handlers are given. A class, whose accessor is made once: this is made for every call. */
class CallContext implements ReadContext {
  readonly now: Date;
  readonly scopes: ReadonlySet<string> | undefined;

  constructor(readonly call: Call) {
    this.now = call.now;
    this.scopes = scopesOf(call.actor);
  }

  get accountId(): `acc_${string}` {
    const { actor } = this.call;
    if (actor.kind !== 'person') throw new DomainError('SIGN_IN_REQUIRED');
    return actor.accountId;
  }
}

class TransactionContext extends CallContext implements CommandContext {
  readonly publish: CommandContext['publish'];
  readonly afterCommit: CommandContext['afterCommit'];

  constructor(
    call: Call,
    readonly em: EntityManager,
    after: TransactionHooks,
  ) {
    super(call);
    this.publish = after.publish;
    this.afterCommit = after.commit;
  }
}
