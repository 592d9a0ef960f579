import type { LocalDate } from '@cordee/calendar/local-date';
import type { EntityManager } from '@mikro-orm/postgresql';

const prefixes = { pro_forma: 'PRO', invoice: 'INV' } as const;

/**
 * Takes the next numbers of a series: one per kind and year, without gaps, dated max(today, last date of the series) so that numbers
 * ascend with dates (DOC-4). The row stays locked until the transaction ends, and a roll-back gives the numbers back; so take them last,
 * with nothing but the documents themselves still to be written.
 */
export async function takeNumbers(
  em: EntityManager,
  kind: keyof typeof prefixes,
  today: LocalDate,
  count: number,
): Promise<{ numbers: string[]; issuedOn: LocalDate }> {
  const year = Number(today.slice(0, 4));
  const [series] = await em.execute<{ last_number: string; last_on: string }[]>(
    `insert into number_series (kind, year, last_number, last_on) values (?, ?, ?, ?)
     on conflict (kind, year) do update set last_number = number_series.last_number + excluded.last_number, last_on = greatest(number_series.last_on, excluded.last_on)
     returning last_number, last_on::text`,
    [kind, year, count, today],
  );
  const first = Number(series!.last_number) - count + 1;
  const numbers = Array.from(
    { length: count },
    (_, index) => `${prefixes[kind]}-${year}-${String(first + index).padStart(6, '0')}`,
  );
  return { numbers, issuedOn: series!.last_on };
}
