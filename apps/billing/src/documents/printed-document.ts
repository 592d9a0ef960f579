import { money } from '@cordee/money/money';
import type { Interval } from '@cordee/contracts/products/product-type';
import type { BuyerCopy } from '../addresses/address.entity.ts';
import { totalsOf, type DocumentLine } from './document-line.ts';
import type { DocumentContent, DocumentLanguage, PostalAddress } from './pdf/document-content.ts';
import type { SellerCopy } from '../seller/seller.ts';
import { storedRoundingOf, type StoredDocument } from './stored-document.ts';

const units: Record<DocumentLanguage, Record<Interval, string>> = {
  de: { monthly: 'Monat', yearly: 'Jahr' },
  fr: { monthly: 'mois', yearly: 'an' },
  it: { monthly: 'mese', yearly: 'anno' },
  en: { monthly: 'month', yearly: 'year' },
  es: { monthly: 'mes', yearly: 'año' },
};

/** Returns the content of the PDF. The content depends only on the stored document, never on other data. */
export function printedDocument(row: StoredDocument, lines: readonly DocumentLine[]): DocumentContent {
  const { currency, language, seller, buyer, kind } = row;
  const isPaid = isDefinitive(row);
  const isUnpaidInvoice = kind === 'invoice' && !isPaid;
  return {
    kind: printedKindOf(row),
    language,
    number: row.number,
    issuedOn: row.issued_on,
    ...(kind === 'pro_forma' ? { validUntil: row.due_on! } : row.due_on ? { dueOn: row.due_on } : {}),
    ...(isPaid && row.paid_on ? { paidOn: row.paid_on } : {}),
    ...(row.invoice_number ? { correctedInvoiceNumber: row.invoice_number } : {}),
    ...(row.reason !== null && row.product_effect !== null
      ? { correction: { reason: row.reason, productsEndOn: row.products_end_on ?? undefined } }
      : {}),
    seller: { ...printedSeller(seller), vatNumber: row.vat_decision?.registration?.number ?? seller.vatNumber },
    buyer: {
      ...addressOf(buyer),
      vatNumber: buyer.vatNumber ?? undefined,
      reference: buyer.buyerReference ?? undefined,
      purchaseOrder: buyer.purchaseOrder ?? undefined,
      mailboxes: buyer.mailboxes ?? [],
    },
    lines: lines.map((line) => ({
      description: line.text,
      costCentre: line.costCentre ?? undefined,
      // The pro forma of an order has no service period: the service starts at the payment.
      servicePeriod:
        (kind !== 'pro_forma' || row.order_id === null) && line.periodStart && line.periodEnd
          ? { start: line.periodStart, end: line.periodEnd }
          : undefined,
      // A line is one product for one period.
      quantity: 1,
      unit: line.interval ? units[language][line.interval] : undefined,
      unitPrice: money(line.net, currency),
      net: money(line.net, currency),
      rateBasisPoints: line.vatBasisPoints,
    })),
    totals: totalsOf(lines, currency),
    rounding: money(storedRoundingOf(row), currency),
    ...(isUnpaidInvoice && {
      creditedAmount: money(Number(row.credited_amount), currency),
      paidAmount: money(Number(row.paid_amount) - Number(row.refunded_amount), currency),
    }),
    ...(Number(row.reserved_amount) > 0 && { reservedAmount: money(Number(row.reserved_amount), currency) }),
    openAmount: money(Number(row.open_amount), currency),
    reference: row.reference ?? undefined,
    isReverseCharge: row.is_reverse_charge,
    isOutOfScope: lines.some(({ vatCategory }) => vatCategory === 'O'),
    relatedProFormaNumber: row.vat_decision?.relatedProForma?.number,
  };
}

/** An invoice is definitive once it is paid, also when the money is refunded later (DOC-3). */
export const isDefinitive = ({ status }: Pick<StoredDocument, 'status'>): boolean =>
  status === 'paid' || status === 'partly_refunded' || status === 'refunded';

function printedKindOf(row: StoredDocument): DocumentContent['kind'] {
  if (row.kind === 'pro_forma' && row.status === 'cancelled') return 'cancelled_pro_forma';
  if (row.kind !== 'invoice') return row.kind;
  if (row.status === 'credited') return 'credited_invoice';
  if (row.status === 'written_off') return 'written_off_invoice';
  return isDefinitive(row) ? 'paid_invoice' : 'open_invoice';
}

/** Returns the seller of a document or receipt, with its contact. */
export const printedSeller = (seller: SellerCopy): DocumentContent['seller'] => ({
  ...addressOf(seller),
  vatNumber: seller.vatNumber,
  iban: seller.iban,
  qrIban: seller.qrIban,
  bic: seller.bic,
  email: seller.email,
  phone: seller.phone,
  website: seller.website,
});

/** Returns the postal address in the shape of the PDF. */
export const addressOf = ({
  name,
  street,
  buildingNumber,
  postalCode,
  town,
  country,
}: Omit<BuyerCopy, 'vatNumber'>): PostalAddress => ({
  name,
  street,
  buildingNumber: buildingNumber ?? undefined,
  postalCode,
  town,
  country,
});
