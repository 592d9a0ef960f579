import type { CloudEvent } from '@cordee/contracts/cloud-event';
import type { Contract, EventContract, EventData, Input, Output } from '@cordee/contracts/contract';
import type { DomainEvent } from '@cordee/outbox/publish';
import { preflightPatternOf } from '@cordee/messaging/bus-server';
import type { Call } from '@cordee/messaging/call';
import type { EntityManager } from '@mikro-orm/postgresql';
import { Ctx, EventPattern, MessagePattern, Payload } from '@nestjs/microservices';

/** What an answer from memory is given: the call. */
export interface ReadContext {
  readonly call: Call;
  readonly now: Date;
  /** The account of whoever is signed in; SIGN_IN_REQUIRED for others. */
  readonly accountId: `acc_${string}`;
  /** The scopes of the API token that they act with, undefined with a session: to pass on wherever it is asked what they themself may. */
  readonly scopes: ReadonlySet<string> | undefined;
}

/** What a query's handler is given: a transaction bound to the caller's organization, and the call. */
export interface QueryContext extends ReadContext {
  readonly em: EntityManager;
}

/** What a command's handler is given; everything it does commits or rolls back together. */
export interface CommandContext extends QueryContext {
  /** Reports a fact, in this transaction. */
  readonly publish: (fact: DomainEvent) => Promise<void>;
  /** Runs after the commit; not at all after a roll-back. */
  readonly afterCommit: (run: () => Promise<void> | void) => void;
}

/** What a reaction is given: its own transaction, bound to the event's organization. */
export interface ReactionContext {
  readonly em: EntityManager;
  readonly now: Date;
  readonly event: CloudEvent;
  readonly publish: (fact: DomainEvent) => Promise<void>;
  readonly afterCommit: (run: () => Promise<void> | void) => void;
}

/** Answers a contract: binds the method to subject, input, output and errors; a method of another shape does not compile. */
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

/** Answers a query from memory: no transaction is opened, which costs more than most such answers. */
export function HandlesFromCache<C extends Contract>(contract: C) {
  return <M extends (input: Input<C>, context: ReadContext) => Promise<Output<C>>>(
    target: object,
    key: string,
    descriptor: TypedPropertyDescriptor<M>,
  ): void => {
    MessagePattern(contract.subject, { contract, usesCacheOnly: true })(target, key, descriptor as PropertyDescriptor);
    bindParameters(target, key);
  };
}

/**
 * What a contract's handler refuses besides permissions, asked before an upload is taken in: who may not do it in the end shall not fill the
 * database before. It writes nothing, and the input's `fileId` is of no file.
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

/** Reacts to another service's fact: once, in the order of its entity, in one transaction. */
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

/** The first parameter is what came, the second the context. */
function bindParameters(target: object, key: string): void {
  Payload()(target, key, 0);
  Ctx()(target, key, 1);
}
