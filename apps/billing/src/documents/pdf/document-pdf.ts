import { formatMoney } from '@cordee/money/money';
import { SwissQRBill } from 'swissqrbill/pdf';
import type { SellerLogo } from '../../seller/seller-logo.ts';
import type { DocumentContent } from './document-content.ts';
import { documentTexts } from './document-texts.ts';
import { attachInvoice } from './factur-x.ts';
import { writeLetterHead } from './letter-head.ts';
import { writeLines } from './lines-table.ts';
import { colours, openPdf, page, drawRule, writeText, type Pdf } from './page.ts';
import { accountFor, paymentPart } from './payment-part.ts';
import { collectBytes } from './pdf-output.ts';
import { closeTags, writeArtifact, writeTagged } from './tags.ts';
import { writePaymentPart } from './write-payment-part.ts';
import { heightOfTotals, writeTotals } from './totals-block.ts';

/** The largest y that other content may reach on the page of the payment part. Sizes and distances are in points. */
const bottomAbovePaymentPart = page.height - SwissQRBill.height - 8;

/**
 * Renders a document as A4 PDF with embedded fonts. Equal content gives equal bytes. The payment part is at the bottom
 * of the last page, or on a separate page if the last page has no room.
 */
export async function renderDocument(content: DocumentContent, logo?: SellerLogo): Promise<Uint8Array> {
  const { language, number, kind, seller, attachedInvoice } = content;
  const title = `${documentTexts[language].title[kind]} ${number}`;
  const isArchive = attachedInvoice !== undefined;
  const pdf = openPdf({ title, author: seller.name, createdOn: content.issuedOn, language }, { isArchive });
  const bytes = collectBytes(pdf);
  const nextPage = (): number => {
    pdf.addPage();
    return writeArtifact(pdf, 'Pagination', () => writeContinuationHead(pdf, seller.name, title));
  };

  pdf.addPage();
  let y = writeLines(pdf, content, writeLetterHead(pdf, content, logo), nextPage);
  if (y + heightOfTotals(pdf, content) > page.bottom) y = nextPage();
  y = writeTotals(pdf, content, y);

  const payment = paymentPart(content);
  if (payment) {
    if (y > bottomAbovePaymentPart) nextPage();
    // The library adds a page if `pdf.y` leaves no room below, but the line above has already decided on the page.
    pdf.y = 0;
    writeTagged(pdf, 'Figure', () => writePaymentPart(pdf, payment, language), { alt: describePayment(content) });
  }
  writePageNumbers(pdf, content);
  if (attachedInvoice !== undefined) attachInvoice(pdf, attachedInvoice, content);
  closeTags(pdf);
  pdf.end();
  return bytes;
}

/** Writes the head of a later page. Returns the y below the head. */
function writeContinuationHead(pdf: Pdf, sellerName: string, title: string): number {
  const width = 300;
  writeText(pdf, sellerName, { x: page.left, y: page.top - 8, width }, { size: 8, bold: true, colour: colours.accent });
  const bottom = writeText(pdf, title, { x: page.left, y: page.top + 4, width }, { size: 8, colour: colours.soft });
  drawRule(pdf, bottom + 4);
  return bottom + 14;
}

/** Describes the payment part for people who do not see it. */
function describePayment(content: DocumentContent): string {
  const { language, openAmount, reference, seller } = content;
  const texts = documentTexts[language];
  return [
    `${texts.payTo}: ${seller.name}, IBAN ${accountFor(content)}`,
    `${texts.reference}: ${reference ?? ''}`,
    `${texts.toPay}: ${formatMoney(openAmount, language)}`,
  ].join('; ');
}

/** Page numbers are at the top right, because the payment part fills the bottom of the last page. */
function writePageNumbers(pdf: Pdf, { language }: DocumentContent): void {
  const { count } = pdf.bufferedPageRange();
  const width = 100;
  for (let index = 0; index < count; index += 1) {
    pdf.switchToPage(index);
    writeArtifact(pdf, 'Pagination', () =>
      writeText(
        pdf,
        `${documentTexts[language].page} ${index + 1}/${count}`,
        { x: page.right - width, y: page.top - 8, width },
        {
          size: 8,
          colour: colours.soft,
          align: 'right',
        },
      ),
    );
  }
}
