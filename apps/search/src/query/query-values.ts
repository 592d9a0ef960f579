/**
 * Sizes, dates and ages in queries. The `read…` functions return the canonical value; undefined for an invalid text.
 */

const SIZE_UNITS: Record<string, number> = { '': 1, k: 1024, m: 1024 ** 2, g: 1024 ** 3 };

/**
 * Reads `500`, `10K`, `1.5M`, `2 GB`, `10 Mo`. Units are powers of 1,024, as in mail programs; `o` is a byte in French.
 */
export function readSize(text: string): number | undefined {
  const match = /^(\d{1,12})(?:[.,](\d{1,6}))?\s?([kmg]?)(?:i?[bo])?$/i.exec(text);
  if (!match) return undefined;
  const bytes = Math.round(Number(`${match[1]}.${match[2] ?? 0}`) * SIZE_UNITS[match[3]!.toLowerCase()]!);
  return Number.isSafeInteger(bytes) ? bytes : undefined;
}

/** Writes a size with the largest unit that is exact. */
export function formatSize(bytes: number): string {
  for (const unit of ['g', 'm', 'k'] as const) {
    const size = SIZE_UNITS[unit]!;
    if (bytes > 0 && bytes % size === 0) return `${bytes / size}${unit.toUpperCase()}`;
  }
  return String(bytes);
}

const INSTANT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(?::\d{2}(?:\.\d{1,3})?)?(?:Z|[+-]\d{2}:\d{2})$/i;

/** Reads a local date (`2026-03-01`, `2026/3/1`, `01.03.2026`, `2026-03`, `2026`) or an RFC 3339 instant. */
export function readMoment(text: string): string | undefined {
  if (INSTANT.test(text)) {
    // `Date` reads 30 February as 2 March, so the day is checked separately.
    const instant = new Date(text.toUpperCase());
    return Number.isNaN(instant.getTime()) || !isDay(text.slice(0, 10)) ? undefined : instant.toISOString();
  }
  const yearFirst = /^(\d{4})(?:[-/.](\d{1,2}))?(?:[-/.](\d{1,2}))?$/.exec(text);
  if (yearFirst) return formatDay(yearFirst[1]!, yearFirst[2] ?? '1', yearFirst[3] ?? '1');
  const dayFirst = /^(\d{1,2})[./](\d{1,2})[./](\d{4})$/.exec(text);
  if (dayFirst) return formatDay(dayFirst[3]!, dayFirst[2]!, dayFirst[1]!);
  return undefined;
}

export const isInstant = (moment: string): boolean => moment.includes('T');

function formatDay(year: string, month: string, day: string): string | undefined {
  const text = `${year}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`;
  return isDay(text) ? text : undefined;
}

function isDay(text: string): boolean {
  const date = new Date(`${text}T00:00:00Z`);
  // PostgreSQL has no year 0.
  return text >= '0001' && !Number.isNaN(date.getTime()) && date.toISOString().startsWith(text);
}

const AGE_UNITS = { h: 'hour', d: 'day', w: 'week', m: 'month', y: 'year' } as const;

/** Reads `12h`, `7d`, `2w`, `6m` (months), `1y`. */
export function readAge(text: string): string | undefined {
  const match = /^(\d{1,4})\s?([hdwmy])$/i.exec(text);
  if (!match || Number(match[1]) === 0) return undefined;
  return `${Number(match[1])}${match[2]!.toLowerCase()}`;
}

/** Returns the age in English, for example `6 months`. The result is also a valid PostgreSQL interval. */
export function ageInWords(age: string): string {
  const count = Number(age.slice(0, -1));
  return `${count} ${AGE_UNITS[age.slice(-1) as keyof typeof AGE_UNITS]}${count === 1 ? '' : 's'}`;
}
