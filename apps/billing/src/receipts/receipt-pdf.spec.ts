import { describe, expect, it } from '@jest/globals';
import { money } from '@cordee/money/money';
import { countUntaggedOperators, readPdfTexts } from '../../test/pdf-texts.ts';
import { renderReceipt, type ReceiptContent } from './receipt-pdf.ts';
import { receiptTexts } from './receipt-texts.ts';

const content: ReceiptContent = {
  kind: 'receipt',
  language: 'fr',
  number: 'RCP-2026-000001',
  issuedOn: '2026-01-31',
  valuedOn: '2026-01-30',
  reversal: null,
  method: 'bank_transfer',
  amount: money(50_000, 'CHF'),
  seller: {
    name: 'Alpenhost SA',
    street: 'Rue de la Gare',
    postalCode: '1003',
    town: 'Lausanne',
    country: 'CH',
    vatNumber: 'CHE-123.456.789 MWST',
    iban: 'CH93 0076 2011 6238 5295 7',
    qrIban: 'CH44 3199 9123 0008 8901 2',
  },
  buyer: { name: 'Müller AG' },
};

describe('the PDF of a receipt', () => {
  it('has equal bytes for equal content, and other bytes after a reversal', async () => {
    const [first, same, reversed] = await Promise.all([
      renderReceipt(content),
      renderReceipt(content),
      renderReceipt({ ...content, reversal: { on: '2026-02-10', amount: content.amount } }),
    ]);
    expect(Buffer.compare(first, same)).toBe(0);
    expect(Buffer.compare(first, reversed)).not.toBe(0);
  });

  it.each(['de', 'fr', 'it', 'en', 'es'] as const)('has title and language %s', async (language) => {
    const pdf = await renderReceipt({ ...content, language });
    const raw = Buffer.from(pdf).toString('latin1');
    expect(raw).toContain(`/Lang (${language})`);
    expect(raw.match(/\/Type \/Page\n/g)).toHaveLength(1);
    const { title, note } = receiptTexts[language];
    const texts = readPdfTexts(pdf).map(({ text }) => text);
    expect(texts).toContain(`${title} RCP-2026-000001`);
    expect(texts.join(' ')).toContain(note.slice(0, 40));
    expect(countUntaggedOperators(pdf)).toBe(0);
  });
});
