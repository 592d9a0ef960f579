import { formatLocalDate } from '@cordee/calendar/local-date';
import type { Locale } from '@cordee/contracts/values';
import { formatMoney, type Money } from '@cordee/money/money';
import type { DocumentContent, PostalAddress } from '../documents/pdf/document-content.ts';
import { collectBytes } from '../documents/pdf/pdf-output.ts';
import { writeParties } from '../documents/pdf/letter-head.ts';
import { colours, drawRule, openPdf, page, writeText } from '../documents/pdf/page.ts';
import { closeTags } from '../documents/pdf/tags.ts';
import type { SellerLogo } from '../seller/seller-logo.ts';
import { receiptTexts } from './receipt-texts.ts';

/** All values that the PDF of a receipt shows. */
export interface ReceiptContent {
  readonly kind: 'receipt';
  readonly language: Locale;
  readonly number: string;
  /** `YYYY-MM-DD`, like every date in this file. */
  readonly issuedOn: string;
  readonly valuedOn: string;
  /** The money that the bank took back; null without a chargeback. */
  readonly reversal: { readonly on: string; readonly amount: Money } | null;
  readonly method: 'bank_transfer' | 'card';
  readonly amount: Money;
  readonly seller: DocumentContent['seller'];
  /** The name only when the organization had no billing address. */
  readonly buyer: PostalAddress | { readonly name: string };
}

const labelWidth = 150;
const amountWidth = 140;

/** Renders a receipt as A4 PDF. Equal content gives equal bytes. */
export async function renderReceipt(content: ReceiptContent, logo?: SellerLogo): Promise<Uint8Array> {
  const { language, number, seller, amount, reversal } = content;
  const texts = receiptTexts[language];
  const title = `${texts.title} ${number}`;
  const pdf = openPdf({ title, author: seller.name, createdOn: content.issuedOn, language });
  const bytes = collectBytes(pdf);
  pdf.addPage();
  const width = page.right - page.left;
  const titleTop = writeParties(pdf, { seller, buyer: content.buyer, language }, logo);
  let y = writeText(pdf, title, { x: page.left, y: titleTop, width }, { size: 16, bold: true, tag: 'H1' }) + 14;
  const rows = [
    [texts.date, formatLocalDate(content.issuedOn, language)],
    [texts.valuedOn, formatLocalDate(content.valuedOn, language)],
    [texts.method, texts.methods[content.method]],
    ...(reversal
      ? [[texts.reversedOn, `${formatLocalDate(reversal.on, language)} (${formatMoney(reversal.amount, language)})`]]
      : []),
  ] as [string, string][];
  for (const [label, value] of rows) {
    writeText(pdf, label, { x: page.left, y, width: labelWidth }, { colour: colours.soft });
    y = writeText(pdf, value, { x: page.left + labelWidth, y, width: width - labelWidth }) + 4;
  }
  y += 6;
  drawRule(pdf, y, { colour: colours.accent, lineWidth: 1 });
  y += 6;
  writeText(pdf, texts.amount, { x: page.left, y, width: width - amountWidth }, { size: 11, bold: true });
  const amountBox = { x: page.right - amountWidth, y, width: amountWidth };
  y = writeText(pdf, formatMoney(amount, language), amountBox, { size: 11, bold: true, align: 'right' }) + 16;
  writeText(pdf, texts.note, { x: page.left, y, width }, { size: 8.5 });
  closeTags(pdf);
  pdf.end();
  return bytes;
}
