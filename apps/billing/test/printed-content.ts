import { money } from '@cordee/money/money';
import { vatTotals } from '@cordee/money/vat';
import type { DocumentContent } from '../src/documents/pdf/document-content.ts';
import { makeReference } from '../src/payments/payment-reference.ts';

/** The content of an open invoice with equal lines. */
export function printedContent(lineCount: number, fields: Partial<DocumentContent> = {}): DocumentContent {
  const lines = Array.from({ length: lineCount }, (_, index) => ({
    description: `Hosting ${index + 1}`,
    servicePeriod: { start: '2026-12-01', end: '2027-12-01' },
    quantity: 1,
    unit: 'Jahr',
    unitPrice: money(12_000 + index, 'CHF'),
    net: money(12_000 + index, 'CHF'),
    rateBasisPoints: 810,
  }));
  const totals = vatTotals(lines, 'CHF');
  return {
    kind: 'open_invoice',
    language: 'de',
    number: '2026-000001',
    issuedOn: '2026-11-22',
    dueOn: '2026-12-22',
    seller: {
      name: 'Alpenhost SA',
      street: 'Rue de la Gare',
      buildingNumber: '12',
      postalCode: '1003',
      town: 'Lausanne',
      country: 'CH',
      vatNumber: 'CHE-123.456.789 MWST',
      iban: 'CH93 0076 2011 6238 5295 7',
      qrIban: 'CH44 3199 9123 0008 8901 2',
    },
    buyer: { name: 'Müller & Söhne AG', street: 'Bahnhofstrasse', postalCode: '8001', town: 'Zürich', country: 'CH' },
    lines,
    totals,
    openAmount: totals.gross,
    reference: makeReference('QRR', 'invoice', 1),
    ...fields,
  };
}
