import { addDays, dayOfWeek, type LocalDate } from './local-date.ts';

/**
 * A yearly date (`08-01`), an offset in days from Easter Sunday, or `plusDays` days after the first `weekday` on or
 * after a yearly date.
 */
type Holiday =
  | string
  | { readonly easter: number }
  | { readonly weekday: number; readonly onOrAfter: string; readonly plusDays?: number };

const thursday = 4;
const sunday = 7;

const maundyThursday = { easter: -3 };
const goodFriday = { easter: -2 };
const easterMonday = { easter: 1 };
const ascension = { easter: 39 };
const whitMonday = { easter: 50 };
const corpusChristi = { easter: 60 };
const epiphany = '01-06';
const saintJoseph = '03-19';
const saintsPeterAndPaul = '06-29';
const assumption = '08-15';
const allSaints = '11-01';
const immaculateConception = '12-08';

/** Days without Swiss interbank clearing: no transfer arrives in any canton. */
const interbankHolidays: readonly Holiday[] = [
  '01-01',
  '01-02',
  goodFriday,
  easterMonday,
  '05-01',
  ascension,
  whitMonday,
  '08-01',
  '12-25',
  '12-26',
];

const catholicHolidays: readonly Holiday[] = [corpusChristi, assumption, allSaints, immaculateConception];

/**
 * Additional bank holidays of each canton. Holidays of a single district or commune are not listed: the banks there may
 * be closed, but transfers arrive.
 */
const cantonalHolidays = {
  ZH: [],
  BE: [],
  LU: catholicHolidays,
  UR: [epiphany, saintJoseph, ...catholicHolidays],
  SZ: [epiphany, saintJoseph, ...catholicHolidays],
  OW: [...catholicHolidays, '09-25'],
  NW: [saintJoseph, ...catholicHolidays],
  // `bankHolidaysOf` adds the Näfels pilgrimage, because `Holiday` cannot express its exception before Easter.
  GL: [allSaints],
  ZG: catholicHolidays,
  FR: catholicHolidays,
  SO: [corpusChristi, assumption, allSaints],
  BS: [],
  BL: [],
  SH: [],
  AR: [],
  AI: catholicHolidays,
  SG: [allSaints],
  GR: [],
  AG: [],
  TG: [],
  TI: [epiphany, saintJoseph, saintsPeterAndPaul, ...catholicHolidays],
  // Monday after the third Sunday of September (the federal fast).
  VD: [{ weekday: sunday, onOrAfter: '09-15', plusDays: 1 }],
  VS: [saintJoseph, ...catholicHolidays],
  // Republic Day.
  NE: ['03-01'],
  // Jeûne genevois, the Thursday after the first Sunday of September; Restoration of the Republic.
  GE: [{ weekday: sunday, onOrAfter: '09-01', plusDays: 4 }, '12-31'],
  JU: [corpusChristi, '06-23', assumption, allSaints],
} satisfies Record<string, readonly Holiday[]>;

/** Two-letter code of a canton. */
export type Canton = keyof typeof cantonalHolidays;

/** `CH`: the days without interbank clearing. `CH-GE`: these days and the bank holidays of the canton GE. */
export type BankCalendar = 'CH' | `CH-${Canton}`;

export const bankCalendars: readonly BankCalendar[] = [
  'CH',
  ...Object.keys(cantonalHolidays).map((canton) => `CH-${canton as Canton}` as const),
];

/** Easter Sunday of the Gregorian calendar, by the Meeus/Jones/Butcher algorithm. */
export function easterSunday(year: number): LocalDate {
  const goldenNumber = year % 19;
  const century = Math.floor(year / 100);
  const yearOfCentury = year % 100;
  const sunCorrection =
    century - Math.floor(century / 4) - Math.floor((century - Math.floor((century + 8) / 25) + 1) / 3);
  const fullMoon = (19 * goldenNumber + sunCorrection + 15) % 30;
  const daysToSunday =
    (32 + 2 * (century % 4) + 2 * Math.floor(yearOfCentury / 4) - fullMoon - (yearOfCentury % 4)) % 7;
  const lateMoon = Math.floor((goldenNumber + 11 * fullMoon + 22 * daysToSunday) / 451);
  // The algorithm encodes the date as 31 × month + day - 1.
  const monthAndDay = fullMoon + daysToSunday - 7 * lateMoon + 114;
  return `${pad(year, 4)}-${pad(Math.floor(monthAndDay / 31), 2)}-${pad((monthAndDay % 31) + 1, 2)}`;
}

const holidaysByYear = new Map<string, ReadonlySet<LocalDate>>();

/** The bank holidays of a year in ascending order. Ordinary Saturdays and Sundays are not bank holidays. */
export function bankHolidaysOf(calendar: BankCalendar, year: number): ReadonlySet<LocalDate> {
  const key = `${calendar} ${year}`;
  let days = holidaysByYear.get(key);
  if (!days) {
    days = new Set(
      holidaysOf(calendar)
        .map((holiday) => dateOf(holiday, year))
        .concat(calendar === 'CH-GL' ? naefelsPilgrimage(year) : [])
        .toSorted(),
    );
    holidaysByYear.set(key, days);
  }
  return days;
}

/** False for an ordinary Saturday or Sunday. */
export function isBankHoliday(date: LocalDate, calendar: BankCalendar): boolean {
  return bankHolidaysOf(calendar, Number(date.slice(0, 4))).has(date);
}

function holidaysOf(calendar: BankCalendar): readonly Holiday[] {
  if (calendar === 'CH') return interbankHolidays;
  const cantonHolidays: readonly Holiday[] | undefined = cantonalHolidays[calendar.slice('CH-'.length) as Canton];
  if (!cantonHolidays) throw new RangeError(`no bank calendar "${calendar}"`);
  return [...interbankHolidays, ...cantonHolidays];
}

function dateOf(holiday: Holiday, year: number): LocalDate {
  if (typeof holiday === 'string') return `${pad(year, 4)}-${holiday}`;
  if ('easter' in holiday) return addDays(easterSunday(year), holiday.easter);
  return addDays(weekdayOnOrAfter(`${pad(year, 4)}-${holiday.onOrAfter}`, holiday.weekday), holiday.plusDays ?? 0);
}

/** The first Thursday of April. When that day is Maundy Thursday, the pilgrimage is one week later. */
function naefelsPilgrimage(year: number): LocalDate {
  const firstThursday = weekdayOnOrAfter(`${pad(year, 4)}-04-01`, thursday);
  return firstThursday === dateOf(maundyThursday, year) ? addDays(firstThursday, 7) : firstThursday;
}

function weekdayOnOrAfter(date: LocalDate, weekday: number): LocalDate {
  return addDays(date, (weekday - dayOfWeek(date) + 7) % 7);
}

function pad(value: number, length: number): string {
  return String(value).padStart(length, '0');
}
