import { bankCalendars } from '@cordee/calendar/bank-holidays';
import { ServiceConfig } from '@cordee/service/config';
import * as z from 'zod';

export const RemindersConfig = ServiceConfig.extend({
  SMTP_URL: z
    .string()
    .regex(/^smtps?:\/\//)
    .describe('smtp://user:password@host:587')
    .meta({ isSecret: true }),
  MAIL_FROM: z.string().default('Cordée <no-reply@cordee.example>').describe('Sender of every mail'),
  CONSOLE_URL: z.url().optional().describe('Where links in mails lead; PUBLIC_URL when left out'),
  DKIM_DOMAIN: z.string().optional().describe('Domain that signs'),
  DKIM_SELECTOR: z.string().optional().describe('Its key in the DNS'),
  DKIM_PRIVATE_KEY: z
    .string()
    .optional()
    .describe('PEM; mails are signed when the three DKIM values are there')
    .meta({ isSecret: true }),
  QUEUE_BOARD_PORT: z.coerce
    .number()
    .int()
    .min(0)
    .max(65535)
    .optional()
    .describe('Page that shows the queues of jobs to staff; none when left out'),
  QUEUE_BOARD_SERVICES: z
    .string()
    .default('teams,products,billing,renewals,reminders')
    .describe('Whose queues it shows')
    .transform((list) => list.split(',').map((name) => name.trim())),
  SELLER_ZONE: z.string().default('Europe/Zurich').describe('Dates are local dates there'),
  SELLER_BANK_CALENDAR: z.enum(bankCalendars).default('CH-GE').describe('Bank holidays'),
});
export type RemindersConfig = z.output<typeof RemindersConfig>;

export const environment = process.env;
