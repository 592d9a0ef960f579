import { isBankHoliday, type BankCalendar } from './bank-holidays.ts';
import { addDays, dayOfWeek, instantAt, localDateIn, type LocalDate } from './local-date.ts';

const opens = '08:00';
const closes = '20:00';
const sunday = 7;

/**
 * The first time at or after the instant at which a text message may be sent: 8:00 to 20:00 in the zone of the
 * recipient, not on Sundays and holidays. RFC 3339 in UTC.
 */
export function textMessageTime(instant: Date | string, zone: string, calendar: BankCalendar): string {
  const requested = new Date(instant).toISOString();
  let date: LocalDate = localDateIn(zone, requested);
  while (dayOfWeek(date) === sunday || isBankHoliday(date, calendar) || requested >= instantAt(date, closes, zone))
    date = addDays(date, 1);
  const opening = instantAt(date, opens, zone);
  return requested > opening ? requested : opening;
}
