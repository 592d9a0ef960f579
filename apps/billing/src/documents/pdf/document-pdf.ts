import { SwissQRBill } from 'swissqrbill/pdf';
import type { DocumentContent } from './document-content.ts';
import { documentTexts } from './document-texts.ts';
import { writeLetterHead } from './letter-head.ts';
import { writeLines } from './lines-table.ts';
import { colours, openPdf, page, rule, write, type Pdf } from './page.ts';
import { paymentPart } from './payment-part.ts';
import { heightOfTotals, writeTotals } from './totals-block.ts';

/** What the payment part leaves of its page. */
const abovePaymentPart = page.height - SwissQRBill.height - 8;

/**
 * Prints a document as PDF, A4, with embedded fonts. The same content gives the same bytes.
 * The payment part stands at the foot of the last page, on one of its own where there is no room.
 */
export async function renderDocument(content: DocumentContent): Promise<Uint8Array> {
  const { language, number, kind, seller } = content;
  const title = `${documentTexts[language].title[kind]} ${number}`;
  const pdf = openPdf({ title, author: seller.name, createdOn: content.issuedOn, language });
  const done = collect(pdf);
  const nextPage = (): number => {
    pdf.addPage();
    return writeContinuation(pdf, seller.name, title);
  };

  pdf.addPage();
  let y = writeLines(pdf, content, writeLetterHead(pdf, content), nextPage);
  if (y + heightOfTotals(pdf, content) > page.bottom) y = nextPage();
  y = writeTotals(pdf, content, y);

  const payment = paymentPart(content);
  if (payment) {
    if (y > abovePaymentPart) nextPage();
    pdf.y = 0;
    new SwissQRBill(payment, { language: language.toUpperCase() as 'DE', fontName: 'Helvetica' }).attachTo(pdf);
  }
  writePageNumbers(pdf, content);
  pdf.end();
  return done;
}

function writeContinuation(pdf: Pdf, sellerName: string, title: string): number {
  const width = 300;
  write(pdf, sellerName, page.left, page.top - 8, width, { size: 8, bold: true, colour: colours.accent });
  const bottom = write(pdf, title, page.left, page.top + 4, width, { size: 8, colour: colours.soft });
  rule(pdf, bottom + 4);
  return bottom + 14;
}

/** On the top right: the foot of the last page belongs to the payment part. */
function writePageNumbers(pdf: Pdf, { language }: DocumentContent): void {
  const { count } = pdf.bufferedPageRange();
  if (count === 1) return;
  const width = 100;
  for (let index = 0; index < count; index += 1) {
    pdf.switchToPage(index);
    write(pdf, `${documentTexts[language].page} ${index + 1}/${count}`, page.right - width, page.top - 8, width, {
      size: 8,
      colour: colours.soft,
      align: 'right',
    });
  }
}

function collect(pdf: Pdf): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    const chunks: Uint8Array[] = [];
    pdf.on('data', (chunk: Uint8Array) => chunks.push(chunk));
    pdf.on('end', () => resolve(Buffer.concat(chunks)));
    pdf.on('error', reject);
  });
}
