import * as z from 'zod';
import { idSchema } from '../id.ts';
import { LocalDate, MoneyValue } from '../values.ts';

const vatCategory = z
  .string()
  .describe(
    'VAT category of EN 16931: `S` with VAT, `AE` reverse charge, `O` outside of the scope of VAT; later versions ' +
      'may add other categories',
  );

export const DocumentLine = z.object({
  productId: idSchema('prd').nullable(),
  text: z.string(),
  costCentre: z.string().nullable().describe('Cost centre of the product when the document was issued'),
  net: MoneyValue,
  vatRate: z.string().describe('Percentage, for example `8.1`'),
  vatCategory,
  vat: MoneyValue.describe('Share of the line in the VAT of its rate'),
  periodStart: LocalDate.nullable(),
  periodEnd: LocalDate.nullable(),
});

export const VatTotal = z
  .object({
    rate: z.string().describe('Percentage, for example `8.1`'),
    category: vatCategory,
    net: MoneyValue,
    vat: MoneyValue,
  })
  .meta({ id: 'VatTotal', description: 'Net and VAT of all lines with one rate; VAT is rounded once per rate' });

export const vatTotals = z
  .array(VatTotal)
  .describe('Highest rate first; the totals add up to the net and the VAT of the document');
