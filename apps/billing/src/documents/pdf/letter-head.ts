import { formatLocalDate } from '@cordee/calendar/local-date';
import { formatVatNumber } from '../../addresses/vat-number.ts';
import type { SellerLogo } from '../../seller/seller-logo.ts';
import type { DocumentContent, PostalAddress } from './document-content.ts';
import { TEXT_FONT } from './fonts.ts';
import { documentTexts } from './document-texts.ts';
import { colours, heightOf, page, drawRule, writeText, type Pdf } from './page.ts';
import { writeArtifact, writeTagged } from './tags.ts';

/** Position of the address window of a Swiss envelope. All sizes and distances in this file are in points. */
const addressX = 334;
const addressTop = 126;
const addressWidth = page.right - addressX;
const sellerWidth = 250;
/** The place of the logo: above the address window, below the page number. */
const logoBox = { x: addressX, y: 56, width: addressWidth, height: 58 };

/** Writes seller, buyer, title and dates on the first page. Returns the y below the dates. */
export function writeLetterHead(pdf: Pdf, content: DocumentContent, logo: SellerLogo | undefined): number {
  const texts = documentTexts[content.language];
  const titleTop = writeParties(pdf, content, logo);
  const titleWidth = 370;
  const titleBottom = writeText(
    pdf,
    `${texts.title[content.kind]} ${content.number}`,
    { x: page.left, y: titleTop, width: titleWidth },
    {
      size: 16,
      bold: true,
      tag: 'H1',
    },
  );
  writeStamp(pdf, content, titleTop);
  return writeMailboxes(pdf, content, writeDates(pdf, content, titleBottom + 6)) + 12;
}

/** Writes seller and buyer. Returns the y of the title below them. */
export function writeParties(
  pdf: Pdf,
  { seller, buyer, language }: Pick<DocumentContent, 'seller' | 'language'> & { buyer: Party },
  logo: SellerLogo | undefined,
): number {
  const texts = documentTexts[language];
  drawRule(pdf, page.top - 14, { colour: colours.accent, lineWidth: 2.5 });
  if (logo) writeLogo(pdf, logo, seller.name);
  let sellerBottom =
    writeText(
      pdf,
      seller.name,
      { x: page.left, y: page.top, width: sellerWidth },
      { size: 13, bold: true, colour: colours.accent },
    ) + 2;
  const contact = [seller.phone, seller.email, seller.website].filter((each) => each !== undefined);
  const [, ...sellerAddress] = addressLines(seller, seller.country);
  const sellerLines = [
    ...sellerAddress,
    ...contact,
    `${texts.vatNumber} ${formatVatNumber(seller.vatNumber, language)}`,
  ];
  sellerBottom = writeText(
    pdf,
    sellerLines.join('\n'),
    { x: page.left, y: sellerBottom, width: sellerWidth },
    {
      size: 8,
      colour: colours.soft,
    },
  );

  const [buyerName, ...buyerAddress] = addressLines(buyer, seller.country);
  let buyerBottom = writeText(
    pdf,
    buyerName!,
    { x: addressX, y: addressTop, width: addressWidth },
    { size: 10, bold: true },
  );
  buyerBottom = writeText(
    pdf,
    buyerAddress.join('\n'),
    { x: addressX, y: buyerBottom, width: addressWidth },
    { size: 10 },
  );

  // The title is below seller and buyer. 188 is the position of the title when the addresses are short.
  return Math.max(sellerBottom + 26, buyerBottom + 20, 188);
}

/** Writes the logo at the right margin, as large as its place allows. */
function writeLogo(pdf: Pdf, { bytes }: SellerLogo, sellerName: string): void {
  const { x, y, width, height } = logoBox;
  const writeImage = (): Pdf =>
    pdf.image(Buffer.from(bytes), x, y, { fit: [width, height], align: 'right', valign: 'center' });
  writeTagged(pdf, 'Figure', writeImage, { alt: sellerName });
}

/** The seller or the buyer. A buyer without a billing address has only a name. */
type Party = PostalAddress | { readonly name: string; readonly postalCode?: undefined };

/** Returns the lines of an address. An address outside the country of the seller shows its country code. */
function addressLines(address: Party, homeCountry: string): string[] {
  if (address.postalCode === undefined) return [address.name];
  const town = `${address.postalCode} ${address.town}`;
  return [
    address.name,
    address.nameAddition,
    [address.street, address.buildingNumber].filter((each) => each).join(' '),
    address.country === homeCountry ? town : `${address.country}-${town}`,
  ].filter((line): line is string => Boolean(line));
}

/** Writes the state of an invoice, or of a cancelled pro forma, in a frame at the right margin. */
function writeStamp(pdf: Pdf, { kind, language }: DocumentContent, y: number): void {
  if (kind === 'pro_forma' || kind === 'credit_note') return;
  const label = documentTexts[language].stamps[kind].toLocaleUpperCase(language);
  const colour = kind === 'paid_invoice' ? colours.good : colours.warning;
  pdf.font(`${TEXT_FONT}-Bold`).fontSize(9);
  const width = pdf.widthOfString(label) + 20;
  writeArtifact(pdf, 'Layout', () =>
    pdf
      .roundedRect(page.right - width, y, width, 20, 3)
      .lineWidth(1.2)
      .strokeColor(colour)
      .stroke(),
  );
  writeText(pdf, label, { x: page.right - width + 10, y: y + 5, width }, { size: 9, bold: true, colour });
}

/** Writes dates and numbers side by side, each below its label. Returns the y below the lowest text. */
function writeDates(pdf: Pdf, content: DocumentContent, y: number): number {
  const texts = documentTexts[content.language];
  const formatDate = (date: string) => formatLocalDate(date, content.language);
  const fields = [
    [texts.date, formatDate(content.issuedOn)],
    content.validUntil && [texts.validUntil, formatDate(content.validUntil)],
    content.dueOn && [texts.due, formatDate(content.dueOn)],
    content.paidOn && [texts.paidOn, formatDate(content.paidOn)],
    content.correctedInvoiceNumber && [texts.corrects, content.correctedInvoiceNumber],
    content.buyer.vatNumber && [texts.buyerVatNumber, formatVatNumber(content.buyer.vatNumber, content.language)],
    content.buyer.reference && [texts.buyerReference, content.buyer.reference],
    content.buyer.purchaseOrder && [texts.purchaseOrder, content.buyer.purchaseOrder],
  ].filter((field): field is [string, string] => Array.isArray(field));
  const minColumns = 4;
  const columnGap = 8;
  const columnWidth = (page.right - page.left) / Math.max(minColumns, fields.length);
  const width = columnWidth - columnGap;
  const labelHeight = Math.max(...fields.map(([label]) => heightOf(pdf, label, width, { size: 7.5 })));
  return Math.max(
    ...fields.map(([label, value], index) => {
      const x = page.left + index * columnWidth;
      writeText(pdf, label, { x, y, width }, { size: 7.5, colour: colours.soft });
      return writeText(pdf, value, { x, y: y + labelHeight, width }, { size: 9.5 });
    }),
  );
}

/** Writes the mail addresses that get the document. Returns the y below the text. */
function writeMailboxes(pdf: Pdf, { buyer: { mailboxes = [] }, language }: DocumentContent, y: number): number {
  if (mailboxes.length === 0) return y;
  const text = `${documentTexts[language].mailboxes}: ${mailboxes.join(', ')}`;
  return writeText(
    pdf,
    text,
    { x: page.left, y: y + 4, width: page.right - page.left },
    { size: 7.5, colour: colours.soft },
  );
}
