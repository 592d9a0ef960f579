import type { EntityManager } from '@mikro-orm/postgresql';
import type { BoundStatement } from './bind-values.ts';
import type { ReadSettings } from './read-connection.ts';
import { RoundTripCounter } from './round-trip-counter.ts';
import type { TenantReads } from './tenant-reads.ts';

/** PostgreSQL cancels a read that takes longer. */
const READ_TIMEOUT_MS = 30_000;

/**
 * Takes the place of a transaction in the EntityManager of a query: each statement runs on its own, with the current
 * settings of the scope, and sees what was committed before it.
 */
export class ReadScope {
  readonly settings: ReadSettings = { role: 'none', organizationId: '', accountId: '', timeoutMs: READ_TIMEOUT_MS };

  private readonly roundTripCounter = new RoundTripCounter();

  constructor(private readonly reads: TenantReads) {}

  get roundTrips(): number {
    return this.roundTripCounter.count;
  }

  async run(statement: BoundStatement): Promise<unknown[]> {
    this.roundTripCounter.onSend();
    try {
      // A copy: the statement keeps its settings when the query changes them before the statement is sent or repeated.
      return await this.reads.run({ ...this.settings }, statement);
    } finally {
      this.roundTripCounter.onReply();
    }
  }
}

/** Returns the read scope of an EntityManager; undefined when the EntityManager has a transaction. */
export function readScopeOf(em: EntityManager): ReadScope | undefined {
  const context: unknown = em.getTransactionContext();
  return context instanceof ReadScope ? context : undefined;
}
