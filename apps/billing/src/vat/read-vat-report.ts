import { decimalsOf, fractionOf, money } from '@cordee/money/money';
import type { Currency, MoneyValue } from '@cordee/contracts/values';
import type { EntityManager } from '@mikro-orm/postgresql';

/** How a VAT report is declared: to whom, in which currency, and with which entries. */
interface Declaration {
  readonly authority: 'swiss' | 'ecb';
  readonly currency: Currency;
  /** Only entries of this registration, without corrections of earlier periods; all entries when undefined. */
  readonly scope?: string;
}

export const swissDeclaration: Declaration = { authority: 'swiss', currency: 'CHF' };
export const ossDeclaration: Declaration = { authority: 'ecb', currency: 'EUR', scope: 'OSS' };

export interface Period {
  /** The first day. */
  readonly from: string;
  /** The instant at which the first day starts. */
  readonly start: string;
  /** The instant at which the last day ends. */
  readonly end: string;
  /** The time zone of the seller. */
  readonly zone: string;
}

interface ReportRow {
  state: string | null;
  scope: string | null;
  category: string | null;
  basis_points: number | null;
  currency: Currency;
  rate_period: string;
  net: string;
  vat: string;
  official_rate: string | null;
}

interface ConvertedAmounts {
  readonly net: MoneyValue;
  readonly vat: MoneyValue;
}

interface VatReport {
  readonly rows: {
    state: string | null;
    registration: string | null;
    category: string | null;
    rate: string | null;
    net: MoneyValue;
    vat: MoneyValue;
    converted: ConvertedAmounts | null;
  }[];
  readonly missingRates: { period: string; currency: Currency }[];
}

/** The format of the period of an official rate. */
const periodFormats = { swiss: 'YYYY-MM', ecb: 'YYYY-"Q"Q' } as const;

/**
 * Reads net and VAT of the entries of the ledger that were booked in a period, per place, rate and currency, converted
 * at the official rate of each month or quarter.
 */
export async function readVatReport(em: EntityManager, period: Period, declaration: Declaration): Promise<VatReport> {
  const { authority, currency, scope } = declaration;
  const rows = await em.execute<ReportRow[]>(
    `select entries.*, rate::text as official_rate
     from (
       select tax_state as state, tax_scope as scope, tax_category as category, tax_basis_points as basis_points,
              currency, to_char(booked_at at time zone ?, ?) as rate_period,
              coalesce(-sum(amount) filter (where account <> 'vat'), 0) as net,
              coalesce(-sum(amount) filter (where account = 'vat'), 0) as vat
       from ledger_booking booking
       join ledger_entry entry on entry.organization_id = booking.organization_id and entry.booking_id = booking.id
       where booked_at >= ? and booked_at < ? and (account = 'vat' or tax_category is not null)
         and (?::text is null or tax_scope = ? and (tax_issued_on is null or tax_issued_on >= ?))
       group by 1, 2, 3, 4, 5, 6
     ) entries
     left join official_rate on authority = ? and official_rate.currency = entries.currency and period = rate_period
     order by state nulls first, scope, category, basis_points desc, entries.currency, rate_period`,
    [
      period.zone,
      periodFormats[authority],
      period.start,
      period.end,
      scope ?? null,
      scope ?? null,
      period.from,
      authority,
    ],
  );
  const keyOf = (row: ReportRow): string =>
    JSON.stringify([row.state, row.scope, row.category, row.basis_points, row.currency]);
  return {
    rows: [...Map.groupBy(rows, keyOf).values()].map((group) => totalOf(group, currency)),
    missingRates: missingRatesOf(rows, currency),
  };
}

function totalOf(group: readonly ReportRow[], declaredCurrency: Currency): VatReport['rows'][number] {
  const { state, scope, category, basis_points: basisPoints, currency } = group[0]!;
  const sumOf = (amountOf: (row: ReportRow) => number): number => group.reduce((sum, row) => sum + amountOf(row), 0);
  const isConvertible = group.every((row) => row.currency === declaredCurrency || row.official_rate !== null);
  const convertedSum = (amountOf: (row: ReportRow) => string): MoneyValue => ({
    amount: sumOf((row) => convert(Number(amountOf(row)), row, declaredCurrency)),
    currency: declaredCurrency,
  });
  return {
    state,
    registration: scope,
    category,
    rate: basisPoints === null ? null : String(basisPoints / 100),
    net: { amount: sumOf(({ net }) => Number(net)), currency },
    vat: { amount: sumOf(({ vat }) => Number(vat)), currency },
    converted: isConvertible ? { net: convertedSum(({ net }) => net), vat: convertedSum(({ vat }) => vat) } : null,
  };
}

const RATE_DECIMALS = 8;

/** Converts minor units: both currencies of a declaration have two decimals, JPY has none, KWD has three. */
export function convert(
  amount: number,
  { currency, official_rate: rate }: Pick<ReportRow, 'currency' | 'official_rate'>,
  declaredCurrency: Currency,
): number {
  if (currency === declaredCurrency) return amount;
  const [whole, decimals = ''] = rate!.split('.');
  const numerator = Number(`${whole}${decimals.padEnd(RATE_DECIMALS, '0')}`);
  const shift = decimalsOf(declaredCurrency) - decimalsOf(currency);
  return fractionOf(money(amount, declaredCurrency), {
    numerator: numerator * 10 ** Math.max(0, shift),
    denominator: 10 ** (RATE_DECIMALS + Math.max(0, -shift)),
  }).amount;
}

/** Returns the official rates that amounts in other currencies need. */
export function missingRatesOf(
  rows: readonly Pick<ReportRow, 'currency' | 'official_rate' | 'rate_period'>[],
  declaredCurrency: Currency,
): VatReport['missingRates'] {
  const missing = rows
    .filter((row) => row.currency !== declaredCurrency && row.official_rate === null)
    .map((row) => `${row.rate_period} ${row.currency}`);
  return [...new Set(missing)].toSorted().map((key) => {
    const [period, currency] = key.split(' ');
    return { period: period!, currency: currency as Currency };
  });
}

/** Reads the balance of the ledger account `vat` per currency, for bookings of a period and, if given, a scope. */
export async function readLedgerVat(
  em: EntityManager,
  { start, end }: Pick<Period, 'start' | 'end'>,
  scope?: string,
): Promise<Map<Currency, number>> {
  const rows = await em.execute<{ currency: Currency; vat: string }[]>(
    `select currency, -sum(amount) as vat from ledger_entry entry join ledger_booking booking
       on booking.organization_id = entry.organization_id and booking.id = entry.booking_id
     where account = 'vat' and booked_at >= ? and booked_at < ? and (?::text is null or tax_scope = ?)
     group by currency order by currency`,
    [start, end, scope ?? null, scope ?? null],
  );
  return new Map(rows.map(({ currency, vat }) => [currency, Number(vat)]));
}
