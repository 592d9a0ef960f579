import { ServiceConfig, WorkerThreads } from '@cordee/service/config';
import * as z from 'zod';

export const SearchConfig = ServiceConfig.extend({
  WORKER_THREADS: WorkerThreads,
  SEARCH_TIMEOUT_MS: z.coerce
    .number()
    .int()
    .min(100)
    .max(30_000)
    .default(2_000)
    .describe('Time limit of one search statement in milliseconds; a slower search is refused as too complex'),
});
export type SearchConfig = z.output<typeof SearchConfig>;

export const environment = process.env;
