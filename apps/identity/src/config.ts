import { ServiceConfig } from '@cordee/service/config';
import * as z from 'zod';

export const IdentityConfig = ServiceConfig.extend({
  IDENTITY_SECRET: z
    .string()
    .min(32)
    .describe(
      'Signing key, link tokens and the key of second factors are derived from it; changing it ends every session and link, and of second factors leaves the recovery codes alone',
    )
    .meta({ isSecret: true }),
  STAFF_EMAILS: z
    .string()
    .default('')
    .describe("Addresses of the provider's staff, separated by commas: their accounts are staff accounts")
    .transform((list) =>
      list
        .toLowerCase()
        .split(',')
        .map((email) => email.trim())
        .filter(Boolean),
    ),
  SECOND_FACTOR_ISSUER: z
    .string()
    .trim()
    .min(1)
    .max(64)
    .regex(/^[^:]+$/, 'must hold no colon')
    .default('Cordée')
    .describe('Whose code it is, as authenticators show it'),
  DATABASE_POOL_SIZE: z.coerce
    .number()
    .int()
    .min(2)
    .default(40)
    .describe('Connections to the database; who waits to sign in holds one'),
  SIGN_IN_CONCURRENCY: z.coerce
    .number()
    .int()
    .min(1)
    .default(2)
    .describe('Passwords hashed at the same time, 19 MiB each'),
});
export type IdentityConfig = z.output<typeof IdentityConfig>;

export const environment = process.env;
