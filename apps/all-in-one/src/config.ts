import { ServiceConfig } from '@cordee/service/config';
import * as z from 'zod';

/** What the one process reads for itself; each service reads its own, with its own `<SERVICE>_DATABASE_URL` as `DATABASE_URL`. */
export const AllInOneConfig = ServiceConfig.omit({ DATABASE_URL: true }).extend({
  QUEUE_BOARD_PORT: z.coerce
    .number()
    .int()
    .min(0)
    .max(65535)
    .default(3030)
    .describe('Page that shows the queues of jobs to staff'),
});

export const SetUpConfig = z.object({
  NODE_ENV: z
    .string()
    .default('development')
    .describe(
      'production: `<SERVICE>_DATABASE_URL` has to be given for every service, and no password is made or printed',
    ),
  DATABASE_ADMIN_URL: z.url().describe('As a role that may create databases and roles').meta({ isSecret: true }),
  SET_UP_SERVICES: z
    .string()
    .optional()
    .describe('Only these, separated by commas; all when left out')
    .transform((list) => list?.split(',').map((name) => name.trim())),
  NATS_URL: z.string().optional().describe('Needed with CORDEE_FRESH only').meta({ isSecret: true }),
  CORDEE_JOBS: z
    .enum(['redis', 'postgres'])
    .default('redis')
    .describe('postgres: jobs get a database, for machines without Redis'),
  CORDEE_FRESH: z.string().optional().describe('1: drop databases and streams first'),
});

export const MailCatcherConfig = z.object({
  HOST: z.string().default('127.0.0.1').describe('Address to listen on'),
  MAIL_PAGE_PORT: z.coerce.number().int().default(3025).describe('Page that shows what was caught'),
  MAIL_SMTP_PORT: z.coerce.number().int().default(2525).describe('Where mails are taken'),
});

export const environment = process.env;
