import { TimeZone } from '@cordee/contracts/values';
import { bankCalendars } from '@cordee/calendar/bank-holidays';
import { ServiceConfig } from '@cordee/service/config';
import type { ProductionCheck } from '@cordee/service/production-values';
import { queueBoardSettings } from '@cordee/service/queue-board';
import { createPrivateKey } from 'node:crypto';
import * as z from 'zod';
import { isMailbox } from './delivery/is-mailbox.ts';

function isPrivateKey(pem: string): boolean {
  try {
    return createPrivateKey(pem).type === 'private';
  } catch {
    return false;
  }
}

export const RemindersConfig = ServiceConfig.extend({
  ...queueBoardSettings,
  SMTP_URL: z
    .url({ protocol: /^smtps?$/, hostname: /./ })
    .describe('URL of the mail server, such as smtp://user:password@host:587')
    .meta({ isSecret: true, productionCheck: 'mail_server_url' satisfies ProductionCheck }),
  MAIL_FROM: z
    .string()
    .refine(isMailbox, 'must be one mail address, with or without a name')
    .default('Cordée <no-reply@cordee.example>')
    .describe('Sender of every mail')
    .meta({ productionCheck: 'mail_addresses' satisfies ProductionCheck }),
  CONSOLE_URL: z
    .url()
    .optional()
    .describe('Base URL of links in mails; default: PUBLIC_URL')
    .meta({ productionCheck: 'public_url' satisfies ProductionCheck }),
  DKIM_DOMAIN: z
    .string()
    .regex(/^([a-z\d]([a-z\d-]*[a-z\d])?\.)+[a-z][a-z\d-]*[a-z\d]$/i, 'must be a domain')
    .optional()
    .describe('Domain of the DKIM signature')
    .meta({ productionCheck: 'domain' satisfies ProductionCheck }),
  DKIM_SELECTOR: z
    .string()
    .regex(/^[\w-]+(\.[\w-]+)*$/, 'must be a name in the DNS')
    .optional()
    .describe('Selector of the DKIM key in the DNS'),
  DKIM_PRIVATE_KEY: z
    .string()
    .refine(isPrivateKey, 'must be a private key as PEM')
    .optional()
    .describe('DKIM private key as PEM. Mails are signed when all three DKIM variables are set')
    .meta({ isSecret: true }),
  QUEUE_BOARD_PORT: z.coerce
    .number()
    .int()
    .min(0)
    .max(65535)
    .optional()
    .describe('Port of the page that shows the job queues to staff. Without this variable, there is no page'),
  QUEUE_BOARD_SERVICES: z
    .string()
    .default('teams,products,billing,renewals,reminders')
    .describe('Services whose queues the page shows')
    .transform((list) => list.split(',').map((name) => name.trim())),
  SELLER_ZONE: TimeZone.default('Europe/Zurich').describe(
    'Time zone of the seller, which decides the local date and when a day starts and ends',
  ),
  SELLER_BANK_CALENDAR: z.enum(bankCalendars).default('CH-GE').describe('Calendar of the bank holidays of the seller'),
}).refine((config) => new Set([!config.DKIM_DOMAIN, !config.DKIM_SELECTOR, !config.DKIM_PRIVATE_KEY]).size === 1, {
  path: ['DKIM_DOMAIN'],
  message: 'needs DKIM_SELECTOR and DKIM_PRIVATE_KEY, and each of them needs the others',
});
export type RemindersConfig = z.output<typeof RemindersConfig>;

export const environment = process.env;
