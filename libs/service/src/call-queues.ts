import type { ServiceConfig } from './config.ts';
import { FairQueue } from './fair-queue.ts';

/** Waiting calls take memory. Beyond this number, most of them would wait too long anyway. */
const MAX_WAITING = 1_000;
/** Queries share few connections; more of them at the same time only make each one slower. */
const MAX_QUERIES = 64;

/** One organization may use this share of the places. */
const SHARE_OF_ORGANIZATION = 0.5;

const queueOf = (maxRunning: number, maxWaitMs: number): FairQueue =>
  new FairQueue({
    maxRunning,
    maxRunningPerOrganization: Math.max(1, Math.ceil(maxRunning * SHARE_OF_ORGANIZATION)),
    maxWaiting: MAX_WAITING,
    maxWaitMs,
  });

/** The queues of the calls of a service. A command has a connection of the pool until it has committed. */
export const callQueues = ({
  DATABASE_POOL_SIZE,
  MAX_CALL_WAIT_MS,
}: Pick<ServiceConfig, 'DATABASE_POOL_SIZE' | 'MAX_CALL_WAIT_MS'>): {
  commandQueue: FairQueue;
  queryQueue: FairQueue;
} => ({
  commandQueue: queueOf(DATABASE_POOL_SIZE, MAX_CALL_WAIT_MS),
  queryQueue: queueOf(MAX_QUERIES, MAX_CALL_WAIT_MS),
});
