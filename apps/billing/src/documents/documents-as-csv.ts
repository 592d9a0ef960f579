import { decimalText, money } from '@cordee/money/money';
import { stringify } from 'csv-stringify/sync';
import { formatReference } from '../payments/payment-reference.ts';
import { csvText } from './csv-text.ts';
import type { StoredDocument } from './stored-document.ts';

/** A document with the cost centres of its lines, each once. */
export type ExportedDocument = StoredDocument & { cost_centres: string[] };

/**
 * Writes documents as CSV (RFC 4180), one row per document. The formats differ only in the delimiter and the byte order
 * mark. A reference is written in groups, as on the document: spreadsheets would read 27 digits as a number and cut it.
 * In both formats, amounts have a decimal point and all decimals (C-DOC-12): Swiss spreadsheets expect decimal points.
 */
export function documentsAsCsv(rows: readonly ExportedDocument[], format: 'comma' | 'semicolon_bom'): string {
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
      vatNumber: csvText(row.buyer.vatNumber ?? ''),
      language: row.language,
      mailboxes: csvText((row.buyer.mailboxes ?? []).join(', ')),
      delivery: row.buyer.delivery ?? '',
      costCentres: csvText(row.cost_centres.join(', ')),
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
    'vatNumber',
    'language',
    'mailboxes',
    'delivery',
    'costCentres',
  ];
  return stringify(table, {
    header: true,
    columns,
    delimiter: format === 'comma' ? ',' : ';',
    bom: format === 'semicolon_bom',
    record_delimiter: 'windows',
  });
}
