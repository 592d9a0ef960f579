import type { ServiceConfig } from './config.ts';
import { FairQueue } from './fair-queue.ts';

/** Waiting calls take memory. Beyond this number, most calls would wait too long anyway. */
const MAX_WAITING = 1_000;
/** Queries share few connections: more queries at the same time make each query slower. */
const MAX_QUERIES = 64;

/** One organization, or another caller with its own key, may use this share of the places. */
const MAX_SHARE_PER_KEY = 0.5;

const createQueue = (maxRunning: number, maxWaitMs: number): FairQueue =>
  new FairQueue({
    maxRunning,
    maxRunningPerKey: Math.max(1, Math.ceil(maxRunning * MAX_SHARE_PER_KEY)),
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
  commandQueue: createQueue(DATABASE_POOL_SIZE, MAX_CALL_WAIT_MS),
  queryQueue: createQueue(MAX_QUERIES, MAX_CALL_WAIT_MS),
});
