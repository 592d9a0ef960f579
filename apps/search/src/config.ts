import { ServiceConfig } from '@cordee/service/config';
import * as z from 'zod';

export const SearchConfig = ServiceConfig.extend({
  SEARCH_TIMEOUT_MS: z.coerce
    .number()
    .int()
    .min(100)
    .max(30_000)
    .default(2_000)
    .describe('How long one statement of a search may take before it is refused as too complex'),
});
export type SearchConfig = z.output<typeof SearchConfig>;

export const environment = process.env;
