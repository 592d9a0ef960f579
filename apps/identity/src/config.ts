import { ServiceConfig } from '@cordee/service/config';
import * as z from 'zod';

export const IdentityConfig = ServiceConfig.extend({
  IDENTITY_SECRET: z
    .string()
    .min(32)
    .describe(
      'Root secret of the signing key, link tokens and second factors. A change ends all sessions and links; ' +
        'authenticators stop working, recovery codes do not.',
    )
    .meta({ isSecret: true }),
  STAFF_EMAILS: z
    .string()
    .default('')
    .describe('Comma-separated mail addresses of the provider’s staff: their accounts are staff accounts')
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
    .regex(/^[^:]+$/, 'must not contain a colon')
    .default('Cordée')
    .describe('Issuer name that authenticators show'),
  DATABASE_POOL_SIZE: z.coerce
    .number()
    .int()
    .min(2)
    .default(40)
    .describe('Connections to the database; a waiting sign-in holds one'),
  SIGN_IN_CONCURRENCY: z.coerce
    .number()
    .int()
    .min(1)
    .default(2)
    .describe('Passwords that are hashed at the same time, 19 MiB each'),
});
export type IdentityConfig = z.output<typeof IdentityConfig>;

export const environment = process.env;
