import { ServiceConfig } from '@cordee/service/config';
import { bankCalendars } from '@cordee/calendar/bank-holidays';
import * as z from 'zod';

export const RenewalsConfig = ServiceConfig.extend({
  SELLER_ZONE: z.string().default('Europe/Zurich').describe('Time zone of all dates'),
  SELLER_BANK_CALENDAR: z.enum(bankCalendars).default('CH-GE').describe('Calendar of bank holidays'),
});
export type RenewalsConfig = z.output<typeof RenewalsConfig>;

export const environment = process.env;
