import { ServiceConfig } from '@cordee/service/config';
import * as z from 'zod';

/** What the one process reads for itself; each service reads its own, with its own `<SERVICE>_DATABASE_URL` as `DATABASE_URL`. */
export const AllInOneConfig = ServiceConfig.omit({ DATABASE_URL: true }).extend({
  QUEUE_BOARD_PORT: z.coerce.number().int().min(0).max(65535).default(3030),
});

export const SetUpConfig = z.object({
  DATABASE_ADMIN_URL: z.url().describe('A role that may create databases and roles'),
  NATS_URL: z.string().optional(),
  CORDEE_FRESH: z.string().optional().describe('1: drop databases and streams first'),
});

export const MailCatcherConfig = z.object({
  HOST: z.string().default('127.0.0.1'),
  MAIL_PAGE_PORT: z.coerce.number().int().default(3025),
  MAIL_SMTP_PORT: z.coerce.number().int().default(2525),
});

export const environment = process.env;
