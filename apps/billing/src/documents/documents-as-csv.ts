import { csvAmount, csvRow, csvText, type CsvFormat } from '../csv/csv-row.ts';
import { convert } from '../vat/read-vat-report.ts';
import { formatReference } from '../payments/payment-reference.ts';
import { storedRoundingOf, type StoredDocument } from './stored-document.ts';

/** The columns of a document that the CSV contains. Dates and amounts are texts; amounts are in minor units. */
export interface CsvDocument extends Pick<
  StoredDocument,
  | 'id'
  | 'kind'
  | 'number'
  | 'status'
  | 'issued_on'
  | 'due_on'
  | 'paid_on'
  | 'currency'
  | 'net'
  | 'vat'
  | 'total'
  | 'open_amount'
  | 'reference'
  | 'pro_forma_number'
  | 'invoice_number'
  | 'language'
> {
  readonly tax_point: string | null;
  /** The official rate to CHF of the month in which the document was issued; null when staff has entered none. */
  readonly official_rate: string | null;
  readonly buyer_name: string;
  readonly town: string;
  readonly country: string;
  readonly buyer_reference: string | null;
  readonly purchase_order: string | null;
  readonly vat_number: string | null;
  readonly mailboxes: string | null;
  readonly delivery: string | null;
  /** The lines as `basis points:net:VAT:category`, separated by spaces. */
  readonly amounts: string;
  /** The cost centres of the lines, each once. */
  readonly cost_centres: string | null;
}

const columns = [
  'number',
  'kind',
  'status',
  'issuedOn',
  'taxPoint',
  'dueOn',
  'paidOn',
  'currency',
  'vatRate',
  'vatCategory',
  'net',
  'vat',
  'total',
  'open',
  'totalChf',
  'reference',
  'buyer',
  'town',
  'country',
  'buyerReference',
  'purchaseOrder',
  'vatNumber',
  'proForma',
  'correctedInvoice',
  'language',
  'mailboxes',
  'delivery',
  'costCentres',
  'rounding',
];

/** Returns the first row, with the names of the columns. */
export const csvHeader = (format: CsvFormat): string => csvRow(columns, format);

/**
 * Returns the rows of a document: one per VAT rate, the highest rate first. The amounts of the whole document are only
 * in the first row, so that the sum of each column is right.
 */
export function documentAsCsv(document: CsvDocument, format: CsvFormat): string {
  const { currency } = document;
  const amountOf = (value: string | number): string => csvAmount(Number(value), currency);
  const total = amountOf(document.total);
  const rounding = amountOf(storedRoundingOf(document));
  const fieldsBeforeRate = [
    document.number,
    document.kind,
    document.status,
    document.issued_on,
    document.tax_point ?? '',
    document.due_on ?? '',
    document.paid_on ?? '',
    currency,
  ];
  const fieldsAfterAmounts = [
    // The reference has spaces, because spreadsheets would read 27 digits as a number and round it.
    document.reference === null ? '' : formatReference(document.reference),
    csvText(document.buyer_name),
    csvText(document.town),
    document.country,
    csvText(document.buyer_reference ?? ''),
    csvText(document.purchase_order ?? ''),
    csvText(document.vat_number ?? ''),
    document.pro_forma_number ?? '',
    document.invoice_number ?? '',
    document.language,
    csvText(document.mailboxes ?? ''),
    document.delivery ?? '',
    csvText(document.cost_centres ?? ''),
  ];
  let rows = '';
  for (const [index, { basisPoints, category, net, vat }] of ratesOf(document.amounts).entries()) {
    const isFirst = index === 0;
    const documentAmounts = isFirst ? [total, amountOf(document.open_amount), totalInChf(document)] : ['', '', ''];
    const rateAmounts = [String(basisPoints / 100), category, amountOf(net), amountOf(vat)];
    rows += csvRow(
      [...fieldsBeforeRate, ...rateAmounts, ...documentAmounts, ...fieldsAfterAmounts, isFirst ? rounding : ''],
      format,
    );
  }
  return rows;
}

/** Returns the total at the official rate; an empty text without a rate. */
function totalInChf({ currency, total, official_rate }: CsvDocument): string {
  if (currency !== 'CHF' && official_rate === null) return '';
  return csvAmount(convert(Number(total), { currency, official_rate }, 'CHF'), 'CHF');
}

interface RateAmounts {
  readonly basisPoints: number;
  readonly category: string;
  net: number;
  vat: number;
}

/** Sums the amounts of the lines per rate. A document without lines has one row, without VAT. */
function ratesOf(amounts: string): RateAmounts[] {
  const rates = new Map<number, RateAmounts>();
  for (const line of amounts === '' ? ['0:0:0:'] : amounts.split(' ')) {
    const [rateText, netText, vatText, category] = line.split(':') as [string, string, string, string];
    const [basisPoints, net, vat] = [Number(rateText), Number(netText), Number(vatText)];
    const rate = rates.get(basisPoints);
    if (rate) {
      rate.net += net;
      rate.vat += vat;
    } else rates.set(basisPoints, { basisPoints, category, net, vat });
  }
  return [...rates.values()].sort((left, right) => right.basisPoints - left.basisPoints);
}
