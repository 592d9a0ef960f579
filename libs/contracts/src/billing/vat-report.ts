import * as z from 'zod';
import { command, query } from '../contract.ts';
import { Currency, Instant, LocalDate, MoneyValue } from '../values.ts';

const chf = (amount: number) => ({ amount, currency: 'CHF' as const });
const eur = (amount: number) => ({ amount, currency: 'EUR' as const });

const RateAuthority = z
  .enum(['swiss', 'ecb'])
  .describe(
    '`swiss`: average rate of a month by the Federal Tax Administration, in CHF. `ecb`: reference rate of the ' +
      'European Central Bank on the last day of a quarter, in EUR',
  );
const RatePeriod = z
  .string()
  .regex(/^\d{4}-(?:0[1-9]|1[0-2]|Q[1-4])$/, 'must be a month (2026-01) or a quarter (2026-Q1)')
  .describe('Month of a `swiss` rate, quarter of an `ecb` rate');

const OfficialRate = z.object({
  authority: RateAuthority,
  period: RatePeriod,
  currency: Currency,
  rate: z
    .string()
    .regex(/^\d{1,6}(?:\.\d{1,8})?$/, 'must be a positive decimal number')
    .refine((rate) => Number(rate) > 0, 'must be a positive decimal number')
    .describe('Value of one unit of the currency in CHF or EUR'),
});
const exampleRate = { authority: 'swiss' as const, period: '2026-01', currency: 'EUR' as const, rate: '0.9312' };

export const setOfficialRate = command({
  subject: 'rpc.billing.official_rate.set.v1',
  http: { method: 'PUT', path: '/v1/staff/official-rates' },
  access: 'staff',
  // DOC-7
  summary: 'Set the official exchange rate of a currency for a period, for the reports of VAT',
  input: OfficialRate,
  output: OfficialRate.extend({ setAt: Instant }),
  errors: {
    OFFICIAL_RATE_PERIOD_INVALID: {
      status: 422,
      title: 'A Swiss rate is for a month, a rate of the European Central Bank for a quarter',
    },
  },
  example: { input: exampleRate, output: { ...exampleRate, setAt: '2026-02-01T09:00:00.000Z' } },
});

const amounts = {
  net: MoneyValue,
  vat: MoneyValue,
};

const VatReportRow = z
  .object({
    state: z
      .string()
      .nullable()
      .describe('Where the buyers are: a country code; null for bookings of earlier versions'),
    registration: z
      .string()
      .nullable()
      .describe('Where the VAT is declared: `CH`, `OSS`, or the country of a local registration; null without VAT'),
    category: z.string().nullable().describe('VAT category of EN 16931: `S`, `AE` or `O`'),
    rate: z.string().nullable().describe('Percentage, for example `8.1`'),
    ...amounts,
    converted: z
      .object(amounts)
      .nullable()
      .describe('In the currency of the declaration; null while an official rate is missing'),
  })
  .meta({ id: 'VatReportRow' });

const report = {
  from: LocalDate,
  to: LocalDate,
  rows: z.array(VatReportRow).describe('Invoices less credit notes, write-offs and accepted shortfalls'),
  missingRates: z
    .array(z.object({ period: RatePeriod, currency: Currency }))
    .describe('The official rates that are missing'),
};

const ledger = z
  .array(z.object({ currency: Currency, vat: MoneyValue, difference: MoneyValue }))
  .describe('VAT of the ledger per currency, and its difference to the report');

const OssCorrection = z
  .object({
    quarter: z.string().describe('The corrected quarter: in which the invoice was issued (2026-Q1)'),
    state: z.string().describe('Where the buyers are: a country code'),
    vat: MoneyValue.describe('Negative where the VAT becomes lower'),
    converted: MoneyValue.nullable().describe(
      'In EUR, at the rate of the corrected quarter; null while this official rate is missing',
    ),
    isInTime: z
      .boolean()
      .describe('False after three years: the correction is then declared to the country, not with this return'),
  })
  .meta({ id: 'OssCorrection' });

const swissRow = {
  state: 'CH',
  registration: 'CH',
  category: 'S',
  rate: '8.1',
  net: chf(10_800),
  vat: chf(875),
  converted: { net: chf(10_800), vat: chf(875) },
};

export const getSwissVatReport = query({
  subject: 'rpc.billing.vat_report.get_swiss.v1',
  http: { method: 'GET', path: '/v1/staff/vat-reports/swiss' },
  access: 'staff',
  summary: 'Report net and VAT of a period per place, rate and currency, in CHF at the official rates',
  description:
    'A booking counts on the day on which it was booked, so the report of a past period never changes. The report ' +
    'contains the turnover abroad too, because the Swiss declaration asks for it; Swiss VAT has the registration ' +
    '`CH`. `ledger` is the balance of the ledger account `vat`, and `difference` is zero.',
  input: z.object({ from: LocalDate.describe('First day'), to: LocalDate.describe('Last day') }),
  output: z.object({
    ...report,
    ledger,
  }),
  errors: { PERIOD_INVALID: { status: 422, title: 'The period ends before it starts' } },
  example: {
    input: { from: '2026-01-01', to: '2026-03-31' },
    output: {
      from: '2026-01-01',
      to: '2026-03-31',
      rows: [swissRow],
      missingRates: [],
      ledger: [{ currency: 'CHF', vat: chf(875), difference: chf(0) }],
    },
  },
});

export const getOssVatReport = query({
  subject: 'rpc.billing.vat_report.get_oss.v1',
  http: { method: 'GET', path: '/v1/staff/vat-reports/oss' },
  access: 'staff',
  summary: 'Report net and VAT of a quarter under the One Stop Shop, per country, rate and currency, in EUR',
  description:
    'A booking counts in the quarter in which it was booked, so the report of a past quarter never changes. Some ' +
    'bookings change the VAT of an invoice of an earlier quarter: a credit note, a write-off, an accepted shortfall ' +
    'or its reversal. The rows do not contain these bookings; `corrections` contains them, by corrected quarter and ' +
    'country, as the return requires.',
  input: z.object({ quarter: z.string().regex(/^\d{4}-Q[1-4]$/, 'must be a quarter (2026-Q1)') }),
  output: z.object({ ...report, corrections: z.array(OssCorrection), ledger }),
  errors: {},
  example: {
    input: { quarter: '2026-Q1' },
    output: {
      from: '2026-01-01',
      to: '2026-03-31',
      rows: [
        {
          state: 'FR',
          registration: 'OSS',
          category: 'S',
          rate: '20',
          net: chf(10_800),
          vat: chf(2_160),
          converted: { net: eur(11_600), vat: eur(2_320) },
        },
      ],
      corrections: [{ quarter: '2025-Q4', state: 'FR', vat: chf(-1_080), converted: eur(-1_160), isInTime: true }],
      missingRates: [],
      ledger: [{ currency: 'CHF', vat: chf(1_080), difference: chf(0) }],
    },
  },
});
