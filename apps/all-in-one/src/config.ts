import { serviceNames } from '@cordee/contracts/contract';
import { IdentityConfig } from '@cordee/identity/config';
import { NatsUrl, PostgresUrl, ServiceConfig } from '@cordee/service/config';
import { AllowedHosts } from '@cordee/service/own-hosts';
import { queueBoardSettings } from '@cordee/service/queue-board';
import * as z from 'zod';

/**
 * The variables of the process itself. Each service reads its own configuration from the same environment, with
 * `<SERVICE>_DATABASE_URL` as `DATABASE_URL`, and `<SERVICE>_NATS_URL` as `NATS_URL` if it is set.
 */
export const AllInOneConfig = ServiceConfig.omit({ DATABASE_URL: true }).extend({
  ...queueBoardSettings,
  STREAMS_NATS_URL: IdentityConfig.shape.STREAMS_NATS_URL,
  QUEUE_BOARD_PORT: z.coerce
    .number()
    .int()
    .min(0)
    .max(65535)
    .default(3030)
    .describe('Port of the page that shows the job queues to staff'),
});

/** The services with a database. */
const databaseServices: readonly string[] = serviceNames.filter((name) => name !== 'gateway');

export const SetUpConfig = z
  .object({
    NODE_ENV: z
      .string()
      .default('development')
      .describe(
        'production: `<SERVICE>_DATABASE_URL` is required for every service; no password is generated or printed',
      ),
    DATABASE_ADMIN_URL: PostgresUrl.describe(
      'Address of PostgreSQL, with a role that can create databases and roles',
    ).meta({ isSecret: true }),
    SET_UP_SERVICES: z
      .string()
      .optional()
      .describe('Names of the services to set up, separated by commas; default: all services')
      .transform((list) => list?.split(',').map((name) => name.trim()))
      .refine((names = []) => names.every((name) => databaseServices.includes(name)), {
        error: `must contain only ${databaseServices.join(', ')}`,
      }),
    NATS_URL: NatsUrl.optional()
      .describe('Address of NATS with a user that may delete streams; used only with CORDEE_FRESH')
      .meta({ isSecret: true }),
    CORDEE_JOBS: z
      .enum(['redis', 'postgres'])
      .default('redis')
      .describe('postgres creates a database for jobs, for machines without Redis'),
    CORDEE_FRESH: z
      .string()
      .optional()
      .describe('1 drops all databases and streams before the set-up; production rejects it'),
  })
  .refine(({ NODE_ENV, CORDEE_FRESH }) => NODE_ENV !== 'production' || CORDEE_FRESH !== '1', {
    path: ['CORDEE_FRESH'],
    error: 'production drops no databases',
  });

export const MailCatcherConfig = z.object({
  HOST: z.string().default('127.0.0.1').describe('Address to listen on'),
  MAIL_PAGE_PORT: z.coerce.number().int().default(3025).describe('Port of the page that shows the mails'),
  ALLOWED_HOSTS: AllowedHosts,
  MAIL_SMTP_PORT: z.coerce.number().int().default(2525).describe('Port that receives mails by SMTP'),
});

export const environment = process.env;
