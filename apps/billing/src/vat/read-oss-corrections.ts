import type { Currency, MoneyValue } from '@cordee/contracts/values';
import type { EntityManager } from '@mikro-orm/postgresql';
import { convert, missingRatesOf, ossDeclaration, type Period } from './read-vat-report.ts';

/** A return can correct the returns of the three years before it (Directive 2006/112/EC, art. 365). */
const CORRECTABLE_QUARTERS = 12;

interface CorrectionRow {
  rate_period: string;
  state: string;
  currency: Currency;
  vat: string;
  official_rate: string | null;
}

interface OssCorrections {
  readonly corrections: {
    quarter: string;
    state: string;
    vat: MoneyValue;
    converted: MoneyValue | null;
    isInTime: boolean;
  }[];
  readonly missingRates: { period: string; currency: Currency }[];
}

/**
 * Reads by how much the bookings of a quarter change the VAT of invoices of earlier quarters, per quarter of the
 * invoices, state and currency. A correction has the official rate of the corrected quarter.
 */
export async function readOssCorrections(
  em: EntityManager,
  { from, start, end }: Period,
  quarter: string,
): Promise<OssCorrections> {
  const { authority, currency: declaredCurrency, scope } = ossDeclaration;
  const rows = await em.execute<CorrectionRow[]>(
    `select correction.*, rate::text as official_rate
     from (
       select to_char(tax_issued_on, 'YYYY-"Q"Q') as rate_period, tax_state as state, currency, -sum(amount) as vat
       from ledger_booking booking
       join ledger_entry entry on entry.organization_id = booking.organization_id and entry.booking_id = booking.id
       where booked_at >= ? and booked_at < ? and account = 'vat' and tax_scope = ? and tax_issued_on < ?
       group by 1, 2, 3 having sum(amount) <> 0
     ) correction
     left join official_rate on authority = ? and official_rate.currency = correction.currency and period = rate_period
     order by rate_period, state, correction.currency`,
    [start, end, scope, from, authority],
  );
  return {
    corrections: rows.map((row) => ({
      quarter: row.rate_period,
      state: row.state,
      vat: { amount: Number(row.vat), currency: row.currency },
      converted:
        row.currency === declaredCurrency || row.official_rate !== null
          ? { amount: convert(Number(row.vat), row, declaredCurrency), currency: declaredCurrency }
          : null,
      isInTime: indexOfQuarter(quarter) - indexOfQuarter(row.rate_period) <= CORRECTABLE_QUARTERS,
    })),
    missingRates: missingRatesOf(rows, declaredCurrency),
  };
}

/** `2026-Q1` → the number of quarters since the year 0. */
const indexOfQuarter = (quarter: string): number => Number(quarter.slice(0, 4)) * 4 + Number(quarter.at(-1));
