import type { CloudEvent } from '@cordee/contracts/cloud-event';
import type { Contract, EventContract, EventData, Input, Output } from '@cordee/contracts/contract';
import { preflightPatternOf } from '@cordee/messaging/bus-server';
import type { Call } from '@cordee/messaging/call';
import type { EntityManager } from '@mikro-orm/postgresql';
import type { Publish } from './transactions.ts';
import { Ctx, EventPattern, MessagePattern, Payload } from '@nestjs/microservices';

/** The context of a handler without a transaction. */
export interface ReadContext {
  readonly call: Call;
  readonly now: Date;
  /** The caller's account. Throws SIGN_IN_REQUIRED when the caller is not a person. */
  readonly accountId: `acc_${string}`;
  /** True for a service token: it acts for no person and reads everything in the organization that its scopes allow. */
  readonly readsWholeOrganization: boolean;
  /** The scopes of the caller's API token; undefined for a session. Pass them to every access check of the caller. */
  readonly scopes: ReadonlySet<string> | undefined;
}

/** The context of the part of a command that runs before its transaction. */
export interface PreparationContext extends ReadContext {
  /** Runs statements that only read. The call has a place in the queue of queries until `work` resolves. */
  readonly read: <T>(work: (em: EntityManager) => Promise<T>) => Promise<T>;
}

/** The context of a query: its statements only read, and only rows of the organization of the call. */
export interface QueryContext extends ReadContext {
  readonly em: EntityManager;
}

/** The context of a command. All its writes and events commit or roll back together. */
export interface CommandContext extends QueryContext {
  /** Reads the clock. `now` is the time at which the call arrived; after a wait for a lock, it is in the past. */
  readonly readClock: () => Date;
  readonly publish: Publish;
  /** Registers a callback that runs after the commit. After a roll-back, the callback does not run. */
  readonly afterCommit: (run: () => Promise<void> | void) => void;
}

/** The context of a reaction: a transaction limited to the organization of the event. */
export interface ReactionContext {
  readonly em: EntityManager;
  readonly now: Date;
  /** See `CommandContext.readClock`. */
  readonly readClock: () => Date;
  readonly event: CloudEvent;
  readonly publish: Publish;
  readonly afterCommit: (run: () => Promise<void> | void) => void;
}

/**
 * Reads the clock and returns a context with this time: as `now`, and as the time of published events. Call this
 * function after the locks that decide the order of changes.
 */
export function atCurrentTime({
  em,
  publish,
  readClock,
}: Pick<CommandContext, 'em' | 'publish' | 'readClock'>): Pick<CommandContext, 'em' | 'publish' | 'readClock' | 'now'> {
  const now = readClock();
  return { em, readClock, now, publish: (events) => publish(events, now) };
}

/** Binds a method to a contract. A method with other input or output types does not compile. */
export function Handles<C extends Contract>(contract: C) {
  return <M extends (input: Input<C>, context: CommandContext) => Promise<Output<C>>>(
    target: object,
    key: string,
    descriptor: TypedPropertyDescriptor<M>,
  ): void => {
    MessagePattern(contract.subject, { contract })(target, key, descriptor as PropertyDescriptor);
    bindParameters(target, key);
  };
}

/** Binds a method that reads only the access cache: no transaction is opened. */
export function HandlesFromCache<C extends Contract>(contract: C) {
  return <M extends (input: Input<C>, context: ReadContext) => Promise<Output<C>>>(
    target: object,
    key: string,
    descriptor: TypedPropertyDescriptor<M>,
  ): void => {
    MessagePattern(contract.subject, { contract, mode: 'cache_only' })(target, key, descriptor as PropertyDescriptor);
    bindParameters(target, key);
  };
}

/** The part of a command that runs in its transaction. */
export type PreparedWork<C extends Contract> = (context: CommandContext) => Promise<Output<C>>;

/**
 * Binds a method that prepares a command before its transaction, for work that takes long, such as hashing a password:
 * the method has no database connection while it runs. The method returns the work for the transaction. Rows that the
 * method reads may change before the transaction, so the returned work checks them again. A repeat with an idempotency
 * key prepares again before it gets the stored reply.
 */
export function HandlesAfterPreparing<C extends Contract>(contract: C) {
  return <M extends (input: Input<C>, context: PreparationContext) => Promise<PreparedWork<C>>>(
    target: object,
    key: string,
    descriptor: TypedPropertyDescriptor<M>,
  ): void => {
    MessagePattern(contract.subject, { contract, mode: 'prepared' })(target, key, descriptor as PropertyDescriptor);
    bindParameters(target, key);
  };
}

/**
 * Binds the preflight handler of a contract with an upload. The preflight handler rejects the same inputs as the
 * handler, before the file is stored. The preflight handler writes nothing. The `fileId` of the input is a placeholder.
 */
export function Preflight<C extends Contract>(contract: C) {
  return <M extends (input: Input<C>, context: QueryContext) => Promise<void>>(
    target: object,
    key: string,
    descriptor: TypedPropertyDescriptor<M>,
  ): void => {
    MessagePattern(preflightPatternOf(contract), { contract, isPreflight: true })(
      target,
      key,
      descriptor as PropertyDescriptor,
    );
    bindParameters(target, key);
  };
}

/**
 * Binds a method to an event of another service. The method runs once per event, in one transaction, and in the order
 * of the events of an entity.
 */
export function Consumes<E extends EventContract>(contract: E) {
  return <M extends (event: CloudEvent<EventData<E>>, context: ReactionContext) => Promise<void>>(
    target: object,
    key: string,
    descriptor: TypedPropertyDescriptor<M>,
  ): void => {
    EventPattern(contract.subject, { contract })(target, key, descriptor as PropertyDescriptor);
    bindParameters(target, key);
  };
}

/** The part of a reaction that writes, in the transaction that claims the event. */
export type ReactionWork = (context: ReactionContext) => Promise<void>;

/**
 * Like `Consumes`, for a reaction that calls other services. The method prepares the reaction before its transaction,
 * and returns the work for the transaction. The method may run several times for one event, so it must not change
 * anything.
 */
export function ConsumesAfterPreparing<E extends EventContract>(contract: E) {
  return <M extends (event: CloudEvent<EventData<E>>) => Promise<ReactionWork>>(
    target: object,
    key: string,
    descriptor: TypedPropertyDescriptor<M>,
  ): void => {
    EventPattern(contract.subject, { contract, mode: 'prepared' })(target, key, descriptor as PropertyDescriptor);
    bindParameters(target, key);
  };
}

/** The first parameter is the input or event, the second the context. */
function bindParameters(target: object, key: string): void {
  Payload()(target, key, 0);
  Ctx()(target, key, 1);
}
