import { DatabaseError, type PoolClient, type QueryResult } from 'pg';
import type { BoundStatement } from './bind-values.ts';
import { isConnectionLost } from './database-errors.ts';
import { joinWrites } from './joined-writes.ts';
import type { PreparingClient } from './prepared-statements.ts';
import { RoundTripCounter } from './round-trip-counter.ts';

/** The SQLSTATE of each statement after a failed statement, until the rollback. */
const TRANSACTION_ABORTED = '25P02';

/**
 * A transaction whose statements do not wait for each other: the statements of one turn of the event loop share a round
 * trip. After a failure, the transaction can only be rolled back.
 */
export class PipelinedTransaction {
  private readonly client: PreparingClient;
  private readonly roundTripCounter = new RoundTripCounter();
  private hasBegun = false;
  /** True from the moment when the commit or the rollback is sent: a later statement would run on its own. */
  private isEnding = false;
  private hasEnded = false;
  private failure: unknown;
  /** True when the state of the connection is unknown. The pool then closes the connection. */
  private isConnectionBroken = false;

  constructor(private readonly pooledClient: PoolClient) {
    this.client = pooledClient as unknown as PreparingClient;
  }

  get roundTrips(): number {
    return this.roundTripCounter.count;
  }

  /** Runs a statement and resolves with its result. */
  async run(statement: BoundStatement): Promise<QueryResult> {
    if (this.isEnding) throw new Error('the transaction has ended');
    this.begin();
    return this.send(statement);
  }

  /**
   * Sends a statement whose result nobody needs, without waiting for its reply. When the statement fails, the next
   * statement or the commit fails with its error.
   */
  sendAhead(statement: BoundStatement): void {
    // `send` records the failure.
    this.run(statement).catch(() => undefined);
  }

  /**
   * Commits in the same round trip as the statements that have no reply yet. Throws the error of the first failed
   * statement, also when its caller has ignored this error.
   */
  async commit(): Promise<void> {
    this.isEnding = true;
    if (!this.hasBegun) return this.end();
    // A value that cannot be encoded fails before it is sent: PostgreSQL would commit the other statements.
    if (this.failure !== undefined) throw this.failure;
    try {
      const { command } = await this.send({ text: 'commit', values: [] });
      // PostgreSQL answers the commit of an aborted transaction with ROLLBACK, without an error.
      if (command === 'ROLLBACK') throw this.failure ?? new Error('PostgreSQL rolled the transaction back');
    } finally {
      this.end();
    }
  }

  /** Rolls back, unless the transaction has ended. */
  async rollback(): Promise<void> {
    if (this.hasEnded) return;
    this.isEnding = true;
    try {
      if (this.hasBegun) await this.send({ text: 'rollback', values: [] });
    } catch {
      this.isConnectionBroken = true;
    } finally {
      this.end();
    }
  }

  private begin(): void {
    if (this.hasBegun) return;
    this.hasBegun = true;
    this.send({ text: 'begin', values: [] }).catch(() => undefined);
  }

  private send(statement: BoundStatement): Promise<QueryResult> {
    joinWrites(this.client.connection);
    this.roundTripCounter.onSend();
    return new Promise((resolve, reject) => {
      this.client.send(statement, (error, result) => {
        this.roundTripCounter.onReply();
        if (!error) return resolve(result);
        // A callback, not a `catch`, so that an error of the encoding is recorded before the caller can send the
        // commit.
        if (!(error instanceof DatabaseError) || isConnectionLost(error)) this.isConnectionBroken = true;
        this.failure ??= error;
        reject((error as { code?: string }).code === TRANSACTION_ABORTED ? (this.failure as Error) : error);
      });
    });
  }

  private end(): void {
    if (this.hasEnded) return;
    this.hasEnded = true;
    this.pooledClient.release(this.isConnectionBroken);
  }
}
