import { formatLocalDate } from '@cordee/calendar/local-date';
import { formatAmount, formatMoney } from '@cordee/money/money';
import { formatVatRate } from '@cordee/money/vat-rates';
import type { DocumentContent } from './document-content.ts';
import { documentTexts, fill } from './document-texts.ts';
import { formatReference } from '../../payments/payment-reference.ts';
import { drawQrCode, epcText } from './epc-code.ts';
import { accountFor, isPayable, paymentPart } from './payment-part.ts';
import { colours, heightOf, page, drawRule, writeText, type Pdf } from './page.ts';
import { groupTags, writeTagged } from './tags.ts';

// All sizes and distances are in points.
const labelX = 282;
const amountWidth = 110;
const rowHeight = 15;
/** Distance between the horizontal line above a strong row and the text of the row. */
const strongGap = 4;
const gapAboveRows = 8;
const gapBelowRows = 12;
const gapBelowNote = 3;
const epcSize = 80;
/** The height of the label above the EPC code. */
const epcLabelHeight = 12;
/** The right edge of the amounts. */
const amountRight = page.right - 6;

interface Row {
  readonly label: string;
  readonly amount: string;
  readonly isStrong: boolean;
}

/** Returns the height of the totals and the notes. The totals and the notes are always on the same page. */
export function heightOfTotals(pdf: Pdf, content: DocumentContent): number {
  const rowsHeight = rowsOf(content).reduce(
    (height, { isStrong }) => height + rowHeight + (isStrong ? strongGap : 0),
    0,
  );
  const epcHeight = epcText(content) ? epcLabelHeight + epcSize : 0;
  return gapAboveRows + Math.max(rowsHeight, epcHeight) + gapBelowRows + heightOfNotes(pdf, content);
}

/** Writes the totals and the notes below them. Returns the y below the notes. */
export function writeTotals(pdf: Pdf, content: DocumentContent, top: number): number {
  let y = groupTags(pdf, 'Table', () => writeRows(pdf, rowsOf(content), top + gapAboveRows));
  y = Math.max(y, writeEpcCode(pdf, content, top + gapAboveRows)) + gapBelowRows;
  for (const note of notesOf(content))
    y = writeText(pdf, note, { x: page.left, y, width: page.right - page.left }, noteStyle) + gapBelowNote;
  return y;
}

function writeRows(pdf: Pdf, rows: readonly Row[], top: number): number {
  let y = top;
  for (const { label, amount, isStrong } of rows) {
    if (isStrong) {
      drawRule(pdf, y, { startX: labelX, colour: colours.accent, lineWidth: 1 });
      y += strongGap;
    }
    const style = { size: isStrong ? 10 : 9, bold: isStrong } as const;
    const rowTop = y;
    groupTags(pdf, 'TR', () => {
      const labelWidth = amountRight - amountWidth - labelX;
      writeText(pdf, label, { x: labelX, y: rowTop, width: labelWidth }, { ...style, tag: 'TH' });
      const amountBox = { x: amountRight - amountWidth, y: rowTop, width: amountWidth };
      writeText(pdf, amount, amountBox, { ...style, align: 'right', tag: 'TD' });
    });
    y += rowHeight;
  }
  return y;
}

/** Writes the EPC code left of the totals, if the document has one. Returns the y below it. */
function writeEpcCode(pdf: Pdf, content: DocumentContent, y: number): number {
  const text = epcText(content);
  if (!text) return y;
  const { epcCode } = documentTexts[content.language];
  const label = `${epcCode} · BIC ${content.seller.bic}`;
  writeText(pdf, label, { x: page.left, y, width: labelX - page.left }, { size: 7.5, colour: colours.soft });
  const square = { x: page.left, y: y + epcLabelHeight, size: epcSize };
  writeTagged(pdf, 'Figure', () => drawQrCode(pdf, text, square), { alt: label });
  return y + epcLabelHeight + epcSize;
}

function rowsOf(content: DocumentContent): Row[] {
  const { totals, language, openAmount, rounding } = content;
  const texts = documentTexts[language];
  const row = (label: string, amount: string, { isStrong = false } = {}): Row => ({ label, amount, isStrong });
  const vatRows = totals.rates.map((rate) =>
    row(
      fill(texts.vatOn, { rate: formatVatRate(rate.rateBasisPoints, language), net: formatAmount(rate.net, language) }),
      formatAmount(rate.vat, language),
    ),
  );
  // A document outside of the scope of VAT has no rate, not the rate zero.
  const rowsOfVat = content.isOutOfScope ? [] : [row(texts.netTotal, formatAmount(totals.net, language)), ...vatRows];
  const deductions = (['creditedAmount', 'paidAmount', 'reservedAmount'] as const).flatMap((field) => {
    const amount = content[field];
    return amount && amount.amount !== 0 ? [row(texts[field], formatAmount(amount, language))] : [];
  });
  return [
    ...rowsOfVat,
    ...(rounding && rounding.amount !== 0 ? [row(texts.rounding, formatAmount(rounding, language))] : []),
    row(content.isOutOfScope ? texts.total : texts.grossTotal, formatMoney(totalOf(content), language), {
      isStrong: true,
    }),
    ...deductions,
    ...(deductions.length > 0 ? [row(texts.toPay, formatMoney(openAmount, language), { isStrong: true })] : []),
  ];
}

function totalOf({ totals, rounding }: DocumentContent) {
  return rounding ? { ...totals.gross, amount: totals.gross.amount + rounding.amount } : totals.gross;
}

const noteStyle = { size: 8.5, colour: colours.text } as const;

function notesOf(content: DocumentContent): string[] {
  const { kind, language, paidOn, seller, reference, correction } = content;
  const texts = documentTexts[language];
  const notes = [fill(texts.notes[kind], { date: paidOn ? formatLocalDate(paidOn, language) : '–' })];
  if (correction) {
    const { reason, productsEndOn } = correction;
    notes.push(
      `${texts.reason}: ${reason}`,
      productsEndOn
        ? fill(texts.productEffects.ends, { date: formatLocalDate(productsEndOn, language) })
        : texts.productEffects.continues,
    );
  }
  if (content.isReverseCharge) notes.push(texts.reverseCharge);
  if (content.isOutOfScope) notes.push(texts.outOfScope);
  if (content.relatedProFormaNumber) notes.push(fill(texts.relatedProForma, { number: content.relatedProFormaNumber }));
  // A payable document without a QR-bill has a note with the account and the reference for an ordinary transfer.
  if (isPayable(content) && !paymentPart(content)) {
    const account = accountFor(content).replaceAll(/(.{4})(?=.)/g, '$1 ');
    notes.push(
      [
        `${texts.payTo}: ${seller.name}, IBAN ${account}`,
        reference && `${texts.reference}: ${formatReference(reference)}`,
      ]
        .filter((each) => each)
        .join('\n'),
    );
  }
  return notes;
}

function heightOfNotes(pdf: Pdf, content: DocumentContent): number {
  return notesOf(content).reduce(
    (height, note) => height + heightOf(pdf, note, page.right - page.left, noteStyle) + gapBelowNote,
    0,
  );
}
