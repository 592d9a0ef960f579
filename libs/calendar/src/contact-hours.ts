import { isBankHoliday, type BankCalendar } from './bank-holidays.ts';
import { addDays, dayOfWeek, instantAt, localDateIn, type LocalDate } from './local-date.ts';

const opens = '08:00';
const closes = '20:00';
const sunday = 7;

/**
 * The instant itself if a text message may go out then, else the next one that may: 8 to 20 h in the recipient's zone,
 * not on Sundays and holidays. RFC 3339 in UTC.
 */
export function textMessageTime(instant: Date | string, zone: string, calendar: BankCalendar): string {
  const asked = new Date(instant).toISOString();
  let date: LocalDate = localDateIn(zone, asked);
  while (dayOfWeek(date) === sunday || isBankHoliday(date, calendar) || asked >= instantAt(date, closes, zone))
    date = addDays(date, 1);
  const opening = instantAt(date, opens, zone);
  return asked > opening ? asked : opening;
}
