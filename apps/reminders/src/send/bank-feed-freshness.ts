import { addBankDays } from '@cordee/calendar/business-day';
import { localDateIn } from '@cordee/calendar/local-date';
import type { RemindersConfig } from '../config.ts';

/**
 * Returns a function that tells whether the bank feed is fresh: payments are known up to the previous bank day (REM-2).
 * With an older feed, no reminder demands a payment.
 */
export function bankFeedFreshnessCheck(
  { SELLER_ZONE: zone, SELLER_BANK_CALENDAR: calendar }: RemindersConfig,
  now: Date,
): (paymentsKnownUntil: string | null) => boolean {
  const previousBankDay = addBankDays(localDateIn(zone, now), -1, calendar);
  return (paymentsKnownUntil) =>
    paymentsKnownUntil !== null && localDateIn(zone, paymentsKnownUntil) >= previousBankDay;
}
