import type { LocalDate } from '@cordee/calendar/local-date';
import type { EntityManager } from '@mikro-orm/postgresql';

const prefixes = { pro_forma: 'PRO', invoice: 'INV', credit_note: 'CRN', receipt: 'RCP' } as const;

/**
 * Allocates the next numbers of a series without gaps. There is one series per kind and year. `issuedOn` is the later
 * of today and the last date of the series, so that numbers ascend with dates (DOC-4). The row of the series is
 * locked until the transaction ends, so call this function last. A rollback releases the numbers.
 */
export async function allocateNumbers(
  em: EntityManager,
  kind: keyof typeof prefixes,
  today: LocalDate,
  count: number,
): Promise<{ numbers: string[]; issuedOn: LocalDate }> {
  const year = Number(today.slice(0, 4));
  const [series] = await em.execute<{ last_number: string; last_on: string }[]>(
    `insert into number_series (kind, year, last_number, last_on) values (?, ?, ?, ?)
     on conflict (kind, year) do update set
       last_number = number_series.last_number + excluded.last_number,
       last_on = greatest(number_series.last_on, excluded.last_on)
     returning last_number, last_on::text`,
    [kind, year, count, today],
  );
  // `last_number` already includes the allocated numbers.
  const firstNumber = Number(series!.last_number) - count + 1;
  const numbers = Array.from(
    { length: count },
    (_, index) => `${prefixes[kind]}-${year}-${String(firstNumber + index).padStart(6, '0')}`,
  );
  return { numbers, issuedOn: series!.last_on };
}
