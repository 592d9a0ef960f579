import { decimalText, money } from '@cordee/money/money';
import { stringify } from 'csv-stringify/sync';
import { formatReference } from '../payments/payment-reference.ts';
import { csvText } from './csv-text.ts';
import type { StoredDocument } from './stored-document.ts';

/**
 * Writes documents as CSV (RFC 4180), one row per document. The formats differ only in the delimiter and the byte order
 * mark. A reference is written in groups, as on the document: spreadsheets would read 27 digits as a number and cut it.
 * In both formats, amounts have a decimal point and all decimals (C-DOC-12): Swiss spreadsheets expect decimal points.
 */
export function documentsAsCsv(rows: readonly StoredDocument[], format: 'comma' | 'semicolon_bom'): string {
  const table = rows.map((row) => {
    const formatAmount = (value: string): string => decimalText(money(BigInt(value), row.currency));
    return {
      number: row.number,
      kind: row.kind,
      status: row.status,
      issuedOn: row.issued_on,
      dueOn: row.due_on ?? '',
      paidOn: row.paid_on ?? '',
      currency: row.currency,
      net: formatAmount(row.net),
      vat: formatAmount(row.vat),
      total: formatAmount(row.total),
      open: formatAmount(row.open_amount),
      reference: row.reference === null ? '' : formatReference(row.reference),
      buyer: csvText(row.buyer.name),
      town: csvText(row.buyer.town),
      country: row.buyer.country,
      buyerReference: csvText(row.buyer.buyerReference ?? ''),
      purchaseOrder: csvText(row.buyer.purchaseOrder ?? ''),
      proForma: row.pro_forma_number ?? '',
      correctedInvoice: row.invoice_number ?? '',
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
    'buyerReference',
    'purchaseOrder',
    'proForma',
    'correctedInvoice',
  ];
  return stringify(table, {
    header: true,
    columns,
    delimiter: format === 'comma' ? ',' : ';',
    bom: format === 'semicolon_bom',
    record_delimiter: 'windows',
  });
}
