import { describe, expect, it } from '@jest/globals';
import { formatMoney, money } from '@cordee/money/money';
import { vatTotals } from '@cordee/money/vat';
import { makeReference } from '../../payments/payment-reference.ts';
import type { DocumentContent, DocumentKind, DocumentLanguage } from './document-content.ts';
import { countUntaggedOperators, readPdfTexts } from '../../../test/pdf-texts.ts';
import { printedContent } from '../../../test/printed-content.ts';
import { renderDocument } from './document-pdf.ts';
import { documentTexts } from './document-texts.ts';

/** Returns the text of each page as a reader can copy the text. */
function pagesOf(pdf: Uint8Array): string[] {
  const pages: string[] = [];
  for (const { page, text } of readPdfTexts(pdf)) pages[page - 1] = `${pages[page - 1] ?? ''} ${text}`;
  return pages.map((page) => page.replaceAll(/\s+/g, ' '));
}

describe('a document as PDF', () => {
  it('has the same bytes for equal content and other bytes for other content', async () => {
    const [first, same, different] = await Promise.all(
      [printedContent(3), printedContent(3), printedContent(3, { number: '2026-000002' })].map((each) =>
        renderDocument(each),
      ),
    );
    expect(Buffer.compare(first!, same!)).toBe(0);
    expect(Buffer.compare(first!, different!)).not.toBe(0);
  });

  it('embeds every font that it uses', async () => {
    const raw = Buffer.from(await renderDocument(printedContent(1))).toString('latin1');
    expect(raw).not.toMatch(/\/BaseFont \/Helvetica/);
    // The regular and the bold font.
    expect(raw.match(/\/FontFile2/g)).toHaveLength(2);
  });

  it.each([1, 60])(
    'is tagged in its language, with %s lines: a reader finds title, tables and payment',
    async (count) => {
      const pdf = await renderDocument(printedContent(count, { language: 'fr' }));
      const raw = Buffer.from(pdf).toString('latin1');
      expect(raw).toMatch(/\/Lang \(fr\)/);
      expect(raw).toMatch(/\/Marked true/);
      const types = [...raw.matchAll(/\/S \/(\w+)/g)].map(([, type]) => type);
      const countOf = (type: string): number => types.filter((each) => each === type).length;
      expect(['Document', 'H1', 'Table', 'Figure'].map(countOf)).toEqual([1, 1, 2, 1]);
      // A row per line, one for the heading, and the rows of the sums.
      expect(countOf('TR')).toBeGreaterThanOrEqual(count + 1 + 3);
      expect(raw).toMatch(/\/Alt \(/);
      expect(countUntaggedOperators(pdf)).toBe(0);
    },
  );

  it.each(['CHF', 'JPY'] as const)('writes the highest totals in %s in one line', async (currency) => {
    // An order of 100 lines with the highest price, and the highest rate of VAT.
    const totals = vatTotals([{ net: money(100_000_000_000, currency), rateBasisPoints: 2_700 }], currency);
    const [text] = pagesOf(await renderDocument(printedContent(1, { totals, openAmount: totals.gross })));
    expect(text).toContain(formatMoney(totals.gross, 'de').replaceAll(/\s/g, ' '));
  });

  it('contains the mailboxes that get the document and the cost centre of a line (ADDR-1)', async () => {
    const plain = printedContent(1);
    const mailboxes = Array.from({ length: 10 }, (_, index) => `accounts-payable-${index}@alpine.example`);
    const [text] = pagesOf(
      await renderDocument({
        ...plain,
        buyer: { ...plain.buyer, mailboxes },
        lines: plain.lines.map((line) => ({ ...line, costCentre: '4200 Web & Mail' })),
      }),
    );
    expect(text).toContain('Kostenstelle: 4200 Web & Mail');
    expect(text).toContain('Per E-Mail an: accounts-payable-0@alpine.example');
    expect(text).toContain('accounts-payable-9@alpine.example');
    const [plainText] = pagesOf(await renderDocument(plain));
    expect(plainText).not.toMatch(/Kostenstelle|Per E-Mail an/);
  });

  it('contains title, number, dates, the last day of the period, sums and reference', async () => {
    const [text] = pagesOf(await renderDocument(printedContent(1)));
    for (const part of [
      'Rechnung 2026-000001',
      '22.11.2026',
      '22.12.2026',
      '01.12.2026 – 30.11.2027',
      'CHE-123.456.789 MWST',
      'Müller & Söhne AG',
      '8.1 %',
      'CHF 129.72',
      '21 00000 00000 00000 00000 0001',
    ]) {
      expect(text).toContain(part);
    }
  });

  it('of a credit note contains the reason and says whether the products continue', async () => {
    const [text] = pagesOf(
      await renderDocument(
        printedContent(1, {
          kind: 'credit_note',
          correctedInvoiceNumber: 'INV-2026-000001',
          correction: { reason: 'Innert 14 Tagen widerrufen', productsEndOn: '2026-12-31' },
          openAmount: money(0, 'CHF'),
        }),
      ),
    );
    for (const part of ['INV-2026-000001', 'Grund: Innert 14 Tagen widerrufen', 'Die Produkte enden am 31.12.2026.'])
      expect(text).toContain(part);
  });

  const languages: DocumentLanguage[] = ['de', 'fr', 'it', 'en', 'es'];
  const paymentPart = {
    de: 'Zahlteil',
    fr: 'Section paiement',
    it: 'Sezione pagamento',
    en: 'Payment part',
    // The QR-bill standard has no Spanish texts.
    es: 'Payment part',
  };
  const noteOfProForma = {
    de: 'keinen rechtlichen',
    fr: 'aucune valeur légale, fiscale ou comptable',
    it: 'alcun valore legale, fiscale o contabile',
    en: 'no legal, fiscal or accounting value',
    es: 'no tiene valor jurídico, fiscal ni contable',
  };

  it.each(languages)(
    'in language %s shows its kind or payment state and has a payment part if an amount is open',
    async (language) => {
      const print = async (kind: DocumentKind, fields: Partial<DocumentContent> = {}) =>
        pagesOf(await renderDocument(printedContent(1, { kind, language, paidOn: '2026-11-20', ...fields }))).join(' ');
      const proForma = await print('pro_forma');
      expect(proForma).toContain(documentTexts[language].title.pro_forma);
      expect(proForma).toContain(noteOfProForma[language]);
      expect(proForma).toContain(paymentPart[language]);
      const openInvoice = await print('open_invoice');
      expect(openInvoice).toContain(documentTexts[language].stamps.open_invoice.toLocaleUpperCase(language));
      expect(openInvoice).toContain(paymentPart[language]);
      const paidInvoice = await print('paid_invoice', { openAmount: money(0, 'CHF') });
      expect(paidInvoice).toContain(documentTexts[language].stamps.paid_invoice.toLocaleUpperCase(language));
      expect(paidInvoice).toContain(
        { de: '20.11.2026', fr: '20.11.2026', it: '20.11.2026', en: '20 Nov 2026', es: '20/11/2026' }[language],
      );
      expect(paidInvoice).not.toContain(paymentPart[language]);
      const { stamps, notes, productEffects } = documentTexts[language];
      for (const kind of ['credited_invoice', 'written_off_invoice', 'cancelled_pro_forma'] as const) {
        const document = await print(kind, { openAmount: money(0, 'CHF') });
        expect(document).toContain(stamps[kind].toLocaleUpperCase(language));
        expect(document).toContain(notes[kind]);
        expect(document).not.toContain(notes.open_invoice);
        expect(document).not.toContain(notes.pro_forma);
        expect(document).not.toContain(paymentPart[language]);
      }
      const correction = { reason: 'Storno <14 Tage>' };
      const creditNote = await print('credit_note', { openAmount: money(0, 'CHF'), correction });
      expect(creditNote).toContain(correction.reason);
      expect(creditNote).toContain(productEffects.continues);
    },
  );

  it('shows how the open amount follows from the total', async () => {
    const amounts = {
      reservedAmount: money(15_00, 'CHF'),
      paidAmount: money(40_00, 'CHF'),
      creditedAmount: money(9_72, 'CHF'),
      openAmount: money(80_00, 'CHF'),
    };
    const [text] = pagesOf(await renderDocument(printedContent(1, amounts)));
    for (const part of [
      'Gutgeschrieben 9.72',
      'Bereits bezahlt 40.00',
      'Aus Ihrem Guthaben reserviert 15.00',
      'Zu bezahlen CHF 80.00',
    ])
      expect(text).toContain(part);
  });

  it.each([
    ['de', 'MWST'],
    ['fr', 'TVA'],
    ['it', 'IVA'],
    ['en', 'MWST'],
    ['es', 'IVA'],
  ] as const)('in language %s ends Swiss VAT numbers with %s', async (language, suffix) => {
    const { buyer } = printedContent(1);
    const [text] = pagesOf(
      await renderDocument(printedContent(1, { language, buyer: { ...buyer, vatNumber: 'CHE-116.281.710 TVA' } })),
    );
    expect(text).toContain(`CHE-123.456.789 ${suffix}`);
    expect(text).toContain(`CHE-116.281.710 ${suffix}`);
  });

  it('numbers its pages and has the payment part on the last page only', async () => {
    const pages = pagesOf(await renderDocument(printedContent(60)));
    expect(pages.length).toBeGreaterThan(2);
    for (const [index, page] of pages.entries()) {
      expect(page).toContain(`Seite ${index + 1}/${pages.length}`);
      expect(page.includes('Zahlteil')).toBe(index === pages.length - 1);
    }
    expect(pages.join(' ')).toContain('Hosting 60');
  });

  it('has a second page if the payment part has no room on the first page', async () => {
    const pageCounts = await Promise.all(
      [1, 7, 10, 13].map(async (lineCount) => pagesOf(await renderDocument(printedContent(lineCount))).length),
    );
    expect(pageCounts).toEqual([1, 2, 2, 2]);
  });

  it('prints a long buyer name in full, and long or unusual descriptions on at most three pages', async () => {
    const buyer = {
      name: 'Genossenschaft '.repeat(17),
      nameAddition: 'x'.repeat(255),
      street: 'Gasse',
      postalCode: '1',
      town: 'Ort'.repeat(60),
      country: 'DE',
    };
    const [line] = printedContent(1).lines;
    const pages = pagesOf(
      await renderDocument(
        printedContent(1, {
          buyer,
          lines: [
            { ...line!, description: 'Wort '.repeat(500) },
            { ...line!, description: '東京 🚀 \u0007' },
          ],
        }),
      ),
    );
    expect(pages.length).toBeLessThanOrEqual(3);
    expect(pages.join(' ').match(/Genossenschaft/g)!.length).toBeGreaterThanOrEqual(17);
  });

  it('contains the IBAN and no payment part in a currency without QR-bill, and the reverse-charge note', async () => {
    const lines = [
      {
        description: 'Hosting',
        quantity: '1.5',
        unitPrice: money(100, 'USD'),
        net: money(150, 'USD'),
        rateBasisPoints: 0,
      },
    ];
    const totals = vatTotals(lines, 'USD');
    const reference = makeReference('SCOR', 'invoice', 1);
    const [text] = pagesOf(
      await renderDocument(
        printedContent(0, {
          language: 'en',
          lines,
          totals,
          openAmount: totals.gross,
          reference,
          isReverseCharge: true,
          isOutOfScope: true,
        }),
      ),
    );
    expect(text).toContain('IBAN CH93 0076 2011 6238 5295 7');
    expect(text).toContain('Reverse charge');
    expect(text).toContain('Outside the scope of VAT.');
    // Outside of the scope of VAT there is no rate.
    expect(text).not.toContain('0 %');
    expect(text).not.toContain('including VAT');
    expect(text).not.toContain('Payment part');
  });
});
