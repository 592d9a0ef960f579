import { DomainError } from '@cordee/contracts/domain-error';
import { scopesOf, type Call } from '@cordee/messaging/call';
import type { EntityManager } from '@mikro-orm/postgresql';
import type { CommandContext, PreparationContext, QueryContext, ReadContext } from './handler-decorators.ts';
import type { TransactionHooks } from './transactions.ts';

/**
 * The context of a handler that reads only the access cache. A class, not an object literal: one context is created
 * for each call, and the getters of a class exist only once, in the prototype.
 */
export class CallContext implements ReadContext {
  readonly now: Date;
  readonly scopes: ReadonlySet<string> | undefined;

  constructor(readonly call: Call) {
    this.now = call.now;
    this.scopes = scopesOf(call.actor);
  }

  get readsWholeOrganization(): boolean {
    return this.call.actor.kind === 'service_token';
  }

  get accountId(): `acc_${string}` {
    const { actor } = this.call;
    if (actor.kind !== 'person') throw new DomainError('SIGN_IN_REQUIRED');
    return actor.accountId;
  }
}

/** The context of the part of a command before its transaction. */
export class PreparingContext extends CallContext implements PreparationContext {
  constructor(
    call: Call,
    readonly read: PreparationContext['read'],
  ) {
    super(call);
  }
}

/** The context of a query. */
export class ReadingContext extends CallContext implements QueryContext {
  constructor(
    call: Call,
    readonly em: EntityManager,
  ) {
    super(call);
  }
}

/** The context of a command in its transaction. */
export class TransactionContext extends ReadingContext implements CommandContext {
  readonly publish: CommandContext['publish'];
  readonly afterCommit: CommandContext['afterCommit'];

  constructor(
    call: Call,
    em: EntityManager,
    hooks: TransactionHooks,
    readonly readClock: () => Date,
  ) {
    super(call, em);
    this.publish = hooks.publish;
    this.afterCommit = hooks.afterCommit;
  }
}
