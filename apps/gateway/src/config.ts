import { ServiceConfig } from '@cordee/service/config';
import { AllowedHosts } from '@cordee/service/own-hosts';
import { TrustedProxies } from '@cordee/service/trusted-proxies';
import * as z from 'zod';
import { CorsOrigins } from './cross-origin.ts';

/** The gateway has no database and no jobs. */
export const GatewayConfig = ServiceConfig.omit({
  DATABASE_URL: true,
  DATABASE_POOL_SIZE: true,
  MAX_CALL_WAIT_MS: true,
  REDIS_URL: true,
  QUEUE_PREFIX: true,
  JOBS_DATABASE_URL: true,
}).extend({
  PORT: z.coerce.number().int().min(0).max(65535).default(3000).describe('Port of the API'),
  LISTEN_FD: z.coerce
    .number()
    .int()
    .min(3)
    .optional()
    .describe(
      'File descriptor of a bound socket that the process inherits, for example from systemd; replaces HOST and PORT',
    ),
  SLOW_CLIENT_MS: z.coerce
    .number()
    .int()
    .min(100)
    .default(10_000)
    .describe(
      'Milliseconds in which the headers of a request must arrive, and in which the rate of a client is measured; ' +
        'a client that sends a body or reads an answer at less than 5,000 bytes per second is disconnected',
    ),
  MAX_CONNECTIONS: z.coerce
    .number()
    .int()
    .min(1)
    .default(10_000)
    .describe('Open connections of all clients; more connections get 503 with Retry-After'),
  MAX_CONNECTIONS_PER_ADDRESS: z.coerce
    .number()
    .int()
    .min(1)
    .default(500)
    .describe('Open connections of an IP address; more connections get 429 with Retry-After'),
  MAX_PIPELINED_REQUESTS: z.coerce
    .number()
    .int()
    .min(1)
    .default(10)
    .describe('Requests that a connection may send before its earlier requests are answered; more requests close it'),
  RATE_LIMIT_PER_MINUTE: z.coerce
    .number()
    .int()
    .min(1)
    .default(3_000)
    .describe(
      'Requests per minute of a person or an API token; public requests are counted by IP address (by /64 in IPv6)',
    ),
  ORGANIZATION_LIMIT_PER_MINUTE: z.coerce
    .number()
    .int()
    .min(1)
    .default(12_000)
    .describe('Requests per minute of all people and API tokens of an organization'),
  SIGN_IN_LIMIT_PER_MINUTE: z.coerce
    .number()
    .int()
    .min(1)
    .default(120)
    .describe('Sign-ins, sign-ups and other public commands per minute of an IP address'),
  TRUSTED_PROXIES: TrustedProxies,
  ALLOWED_HOSTS: AllowedHosts,
  CORS_ORIGINS: CorsOrigins,
  MAX_RUNNING_CALLS: z.coerce
    .number()
    .int()
    .min(1)
    .default(32)
    .describe(
      'Calls to one service at the same time; more calls wait for at most a second, then get 503 with Retry-After. ' +
        'When calls have waited for 250 ms without a pause, only two calls wait per running call',
    ),
});
export type GatewayConfig = z.output<typeof GatewayConfig>;

export const environment = process.env;
