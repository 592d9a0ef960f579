import { ServiceConfig } from '@cordee/service/config';
import * as z from 'zod';

export const GatewayConfig = ServiceConfig.omit({
  DATABASE_URL: true,
  DATABASE_POOL_SIZE: true,
  JOBS_DATABASE_URL: true,
}).extend({
  PORT: z.coerce.number().int().min(0).max(65535).default(3000).describe('Port of the API'),
  SLOW_CLIENT_MS: z.coerce
    .number()
    .int()
    .min(100)
    .default(10_000)
    .describe('The connection is closed when headers and body of a request take longer to arrive'),
  RATE_LIMIT_PER_MINUTE: z.coerce
    .number()
    .int()
    .min(1)
    .default(3_000)
    .describe('Requests per minute of a person or API token; without either, of an address'),
});
export type GatewayConfig = z.output<typeof GatewayConfig>;

export const environment = process.env;
