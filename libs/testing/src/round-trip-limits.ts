import { contracts } from '@cordee/contracts/catalogue';
import type { Contract } from '@cordee/contracts/contract';

/** A query reads in one statement, or in several statements at the same time. */
const LIMIT_OF_QUERY = 1;
/** Claim the idempotency key; load; write; increment the access revision; write the events and commit. */
const LIMIT_OF_COMMAND = 5;

/** Operations that need more round trips, with the highest number that the tests reach. Lower a number when you can. */
const higherLimits: Readonly<Record<string, number>> = {};

/** Returns the operations whose calls took more round trips to PostgreSQL than their limit. */
export function roundTripsAboveLimit(maxRoundTrips: ReadonlyMap<string, number>): string[] {
  const bySubject = new Map<string, Contract>([...contracts.values()].map((contract) => [contract.subject, contract]));
  return [...maxRoundTrips].flatMap(([subject, count]) => {
    const contract = bySubject.get(subject);
    // Operations that a test declares have no limit.
    if (!contract) return [];
    const limit = higherLimits[subject] ?? (contract.kind === 'query' ? LIMIT_OF_QUERY : LIMIT_OF_COMMAND);
    return count > limit ? [`${subject}: ${count} round trips to PostgreSQL, the limit is ${limit}`] : [];
  });
}
