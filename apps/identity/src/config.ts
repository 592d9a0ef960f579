import { MailsPerNetwork } from '@cordee/service/attempt-limits/mails-to-strangers';
import { Email } from '@cordee/contracts/values';
import { NatsUrl, ServiceConfig } from '@cordee/service/config';
import type { ProductionCheck } from '@cordee/service/production-values';
import { SigningKeyVariable, verificationKeyOf } from '@cordee/service/token-keys';
import * as z from 'zod';

export const IdentityConfig = ServiceConfig.extend({
  IDENTITY_SECRET: z
    .string()
    .min(32)
    .describe(
      'Root secret of link tokens, refresh tokens and second factors. A change ends all sessions and makes all ' +
        'links invalid. Authenticators stop working; recovery codes still work.',
    )
    .meta({ isSecret: true, productionCheck: 'random_secret' satisfies ProductionCheck }),
  TOKEN_SIGNING_KEY: SigningKeyVariable.describe(
    'Ed25519 private key (JWK) that signs access tokens; its public key must be in TOKEN_VERIFICATION_KEYS',
  ).meta({ isSecret: true }),
  STREAMS_NATS_URL: NatsUrl.optional()
    .describe(
      'Address of NATS with the user that creates the streams and consumers of all services; default: NATS_URL, ' +
        'for a NATS without users',
    )
    .meta({ isSecret: true, productionCheck: 'server_url' satisfies ProductionCheck }),
  STAFF_EMAILS: z
    .string()
    .default('')
    .describe(
      'Comma-separated mail addresses of the provider’s staff. The accounts with these addresses are staff accounts; ' +
        'a change takes effect when identity starts again',
    )
    .transform((list) =>
      list
        .toLowerCase()
        .split(',')
        .map((email) => email.trim())
        .filter(Boolean),
    )
    .refine(
      (emails) => emails.every((email) => Email.safeParse(email).success),
      'must be mail addresses, separated by commas',
    )
    .meta({ productionCheck: 'mail_addresses' satisfies ProductionCheck }),
  SECOND_FACTOR_ISSUER: z
    .string()
    .trim()
    .min(1)
    .max(64)
    .regex(/^[^:]+$/, 'must not contain a colon')
    .default('Cordée')
    .describe('Issuer name that authenticators show'),
  DATABASE_POOL_SIZE: z.coerce.number().int().min(2).default(40).describe('Number of database connections'),
  SIGN_IN_CONCURRENCY: z.coerce
    .number()
    .int()
    .min(1)
    .default(2)
    .describe(
      'Number of passwords that are hashed at the same time. Each hash takes 19 MiB. At most half of the hashes, ' +
        'rounded up, are for one network',
    ),
  MAILS_PER_NETWORK: MailsPerNetwork,
  ORGANIZATIONS_PER_FOUNDER: z.coerce
    .number()
    .int()
    .min(1)
    .default(100)
    .describe('Number of organizations that a person can found and be legal representative of at the same time'),
  NEW_ORGANIZATIONS_PER_DAY: z.coerce
    .number()
    .int()
    .min(1)
    .default(20)
    .describe('Number of organizations that a person can found within 24 hours'),
}).refine(
  ({ TOKEN_SIGNING_KEY, TOKEN_VERIFICATION_KEYS }) => {
    const { kid, x } = verificationKeyOf(TOKEN_SIGNING_KEY);
    return TOKEN_VERIFICATION_KEYS.keys.some((key) => key.kid === kid && key.x === x);
  },
  { path: ['TOKEN_SIGNING_KEY'], message: 'its public key is not in TOKEN_VERIFICATION_KEYS' },
);
export type IdentityConfig = z.output<typeof IdentityConfig>;

export const environment = process.env;
