import { totalsOf, withVat, type NetLine } from '../src/documents/document-line.ts';
import type { EInvoiceSource } from '../src/e-invoices/describe-e-invoice.ts';

const party = {
  name: 'Alpenhost SA',
  street: 'Rue de la Gare',
  buildingNumber: '12',
  postalCode: '1003',
  town: 'Lausanne',
  country: 'CH',
};

export const netLine = (fields: Partial<NetLine> = {}): NetLine => ({
  productId: null,
  text: 'Web hosting alpine.example',
  costCentre: null,
  interval: 'yearly',
  net: 10_800,
  vatBasisPoints: 810,
  vatCategory: 'S',
  periodStart: '2026-01-31',
  periodEnd: '2027-01-31',
  ...fields,
});

/** An open invoice with lines; the sums follow from the lines. */
export function storedDocument(
  netLines: readonly NetLine[] = [netLine()],
  fields: Partial<EInvoiceSource> = {},
): { row: EInvoiceSource; lines: ReturnType<typeof withVat> } {
  const { currency = 'CHF' } = fields;
  const lines = withVat(netLines, currency);
  const { net, vat, gross } = totalsOf(lines, currency);
  return {
    lines,
    row: {
      id: '01938b5c-7a00-7c3e-9f00-5d1d2f6a4b10',
      kind: 'invoice',
      number: 'INV-2026-000001',
      status: 'open',
      issued_on: '2026-01-31',
      due_on: '2026-03-02',
      paid_on: null,
      held_until: null,
      currency,
      net: String(net.amount),
      vat: String(vat.amount),
      total: String(gross.amount),
      paid_amount: '0',
      credited_amount: '0',
      refunded_amount: '0',
      open_amount: String(gross.amount),
      reserved_amount: '0',
      reference: '210000000000000000000000011',
      order_id: null,
      pro_forma_id: null,
      pro_forma_number: null,
      invoice_id: null,
      invoice_number: null,
      reason: null,
      product_effect: null,
      products_end_on: null,
      language: 'de',
      is_reverse_charge: false,
      vat_decision: null,
      seller: {
        ...party,
        vatNumber: 'CHE-123.456.788 MWST',
        iban: 'CH9300762011623852957',
        qrIban: 'CH4431999123000889012',
        bic: 'ALPECH22',
        email: 'billing@alpenhost.example',
        phone: '+41 21 000 00 00',
      },
      buyer: {
        name: 'Müller & Söhne <AG>',
        street: 'Bahnhofstrasse',
        buildingNumber: '1',
        postalCode: '8001',
        town: 'Zürich',
        country: 'CH',
        vatNumber: null,
      },
      corrected_invoice_issued_on: null,
      ...fields,
    },
  };
}
