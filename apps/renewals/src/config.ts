import { TimeZone } from '@cordee/contracts/values';
import { ServiceConfig } from '@cordee/service/config';
import { bankCalendars } from '@cordee/calendar/bank-holidays';
import * as z from 'zod';

export const RenewalsConfig = ServiceConfig.extend({
  SELLER_ZONE: TimeZone.default('Europe/Zurich').describe(
    'Time zone of the seller, which decides the local date and when a day starts and ends',
  ),
  SELLER_BANK_CALENDAR: z.enum(bankCalendars).default('CH-GE').describe('Calendar of the bank holidays of the seller'),
});
export type RenewalsConfig = z.output<typeof RenewalsConfig>;

export const environment = process.env;
