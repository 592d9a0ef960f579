import type { Contract } from '@cordee/contracts/contract';
import { Counter, type Registry } from 'prom-client';
import { roundTrips } from './database/joined-writes.ts';

interface OperationCounts {
  calls: number;
  roundTrips: number;
  maxRoundTrips: number;
}

/** Counts the calls of a process by operation, and their round trips to PostgreSQL. */
export class CallMetrics {
  private readonly operations = new Map<string, OperationCounts>();

  /** Counts a call with the round trips of its last attempt. */
  record({ subject }: Pick<Contract, 'subject'>, roundTripCount: number): void {
    const counts = this.operations.get(subject) ?? { calls: 0, roundTrips: 0, maxRoundTrips: 0 };
    counts.calls += 1;
    counts.roundTrips += roundTripCount;
    counts.maxRoundTrips = Math.max(counts.maxRoundTrips, roundTripCount);
    this.operations.set(subject, counts);
  }

  /** The highest number of round trips of one call, by the subject of its contract. */
  maxRoundTrips(): Map<string, number> {
    return new Map([...this.operations].map(([subject, { maxRoundTrips }]) => [subject, maxRoundTrips]));
  }

  /** Adds the metrics to a registry of Prometheus. */
  register(registry: Registry): void {
    const { operations } = this;
    const define = (name: string, help: string, valueOf: (counts: OperationCounts) => number): void => {
      const metric = new Counter({
        name,
        help,
        labelNames: ['operation'],
        registers: [registry],
        collect() {
          metric.reset();
          for (const [operation, counts] of operations) metric.inc({ operation }, valueOf(counts));
        },
      });
    };
    define('cordee_calls_total', 'Successful calls', ({ calls }) => calls);
    define(
      'cordee_call_round_trips_total',
      'Round trips to PostgreSQL of the successful calls',
      (counts) => counts.roundTrips,
    );
    const processRoundTrips: Counter = new Counter({
      name: 'cordee_database_round_trips_total',
      help: 'Writes to connections of PostgreSQL; includes events, jobs, relay and access caches',
      registers: [registry],
      collect: () => {
        processRoundTrips.reset();
        processRoundTrips.inc(roundTrips());
      },
    });
  }
}
