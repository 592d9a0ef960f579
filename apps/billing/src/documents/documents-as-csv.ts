import { decimalText, money } from '@cordee/money/money';
import { stringify } from 'csv-stringify/sync';
import type { StoredDocument } from './read-documents.ts';

/** Spreadsheets execute such texts as formulas; an apostrophe prevents it. Amounts are not escaped. */
const looksLikeFormula = /^[=+\-@\t\r]/;
const text = (value: string): string => (looksLikeFormula.test(value) ? `'${value}` : value);

/**
 * Documents as CSV (RFC 4180), one row per document. The formats differ only in the delimiter and the byte order mark.
 * Amounts have a decimal point and all decimals in both (C-DOC-12), because Swiss spreadsheets read them so.
 */
export function documentsAsCsv(rows: readonly StoredDocument[], format: 'comma' | 'semicolon_bom'): string {
  const table = rows.map((row) => {
    const amount = (value: string): string => decimalText(money(BigInt(value), row.currency));
    return {
      number: row.number,
      kind: row.kind,
      status: row.status,
      issuedOn: row.issued_on,
      dueOn: row.due_on,
      paidOn: row.paid_on ?? '',
      currency: row.currency,
      net: amount(row.net),
      vat: amount(row.vat),
      total: amount(row.total),
      open: amount(row.open_amount),
      reference: row.reference,
      buyer: text(row.buyer.name),
      town: text(row.buyer.town),
      country: row.buyer.country,
    };
  });
  const columns = [
    'number',
    'kind',
    'status',
    'issuedOn',
    'dueOn',
    'paidOn',
    'currency',
    'net',
    'vat',
    'total',
    'open',
    'reference',
    'buyer',
    'town',
    'country',
  ];
  return stringify(table, {
    header: true,
    columns,
    delimiter: format === 'comma' ? ',' : ';',
    bom: format === 'semicolon_bom',
    record_delimiter: 'windows',
  });
}
