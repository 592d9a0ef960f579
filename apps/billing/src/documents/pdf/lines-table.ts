import { addDays, formatLocalDate } from '@cordee/calendar/local-date';
import { formatAmount, formatNumber } from '@cordee/money/money';
import { formatVatRate } from '@cordee/money/vat-rates';
import type { DocumentContent, DocumentLine } from './document-content.ts';
import { documentTexts } from './document-texts.ts';
import { colours, heightOf, page, rule, write, type Pdf, type TextStyle } from './page.ts';

interface Column {
  readonly x: number;
  readonly width: number;
  readonly align: 'left' | 'right';
}

const columns = {
  description: { x: page.left + 6, width: 212, align: 'left' },
  quantity: { x: 282, width: 62, align: 'right' },
  unitPrice: { x: 350, width: 68, align: 'right' },
  vat: { x: 424, width: 40, align: 'right' },
  amount: { x: 464, width: page.right - 6 - 464, align: 'right' },
} satisfies Record<string, Column>;

const padding = 4;
/** A single line that would fill a page helps nobody. */
const longestDescription = 600;

/** Writes all lines, going on to new pages with the header repeated; returns the y below the last one. */
export function writeLines(pdf: Pdf, content: DocumentContent, top: number, nextPage: () => number): number {
  let y = writeHeader(pdf, content, top);
  for (const line of content.lines) {
    const height = heightOfLine(pdf, content, line);
    if (y + height > page.bottom) y = writeHeader(pdf, content, nextPage());
    writeLine(pdf, content, line, y + padding);
    y += height;
    rule(pdf, y);
  }
  return y;
}

function writeHeader(pdf: Pdf, { language, due }: DocumentContent, y: number): number {
  const texts = documentTexts[language];
  const height = 20;
  pdf
    .rect(page.left, y, page.right - page.left, height)
    .fillColor(colours.band)
    .fill();
  const heading = (column: Column, text: string) =>
    write(pdf, text, column.x, y + 5.5, column.width, {
      size: 7.5,
      bold: true,
      colour: colours.soft,
      align: column.align,
    });
  heading(columns.description, texts.description);
  heading(columns.quantity, texts.quantity);
  heading(columns.unitPrice, texts.unitPrice);
  heading(columns.vat, texts.vat);
  heading(columns.amount, `${texts.amount} ${due.currency}`);
  return y + height;
}

const soft: TextStyle = { size: 8, colour: colours.soft };

function heightOfLine(pdf: Pdf, content: DocumentContent, line: DocumentLine): number {
  const period = periodText(content, line);
  const { width } = columns.description;
  const text = heightOf(pdf, descriptionOf(line), width) + (period ? heightOf(pdf, period, width, soft) : 0);
  return Math.max(text, heightOf(pdf, quantityText(content, line), columns.quantity.width)) + 2 * padding;
}

function writeLine(pdf: Pdf, content: DocumentContent, line: DocumentLine, y: number): void {
  const { language } = content;
  const below = write(pdf, descriptionOf(line), columns.description.x, y, columns.description.width);
  const period = periodText(content, line);
  if (period) write(pdf, period, columns.description.x, below, columns.description.width, soft);
  const cell = (column: Column, text: string) => write(pdf, text, column.x, y, column.width, { align: column.align });
  cell(columns.quantity, quantityText(content, line));
  cell(columns.unitPrice, formatAmount(line.unitPrice, language));
  cell(columns.vat, formatVatRate(line.rateBasisPoints, language));
  cell(columns.amount, formatAmount(line.net, language));
}

function descriptionOf({ description }: DocumentLine): string {
  return description.length <= longestDescription ? description : `${description.slice(0, longestDescription - 1)}…`;
}

function quantityText({ language }: DocumentContent, { quantity, unit }: DocumentLine): string {
  const number = formatNumber(Number(quantity), language);
  return unit ? `${number} ${unit}` : number;
}

/** People name the last day of a period, not the first one after it. */
function periodText({ language }: DocumentContent, { servicePeriod }: DocumentLine): string | undefined {
  if (!servicePeriod) return undefined;
  const last = addDays(servicePeriod.end, -1);
  const first = formatLocalDate(servicePeriod.start, language);
  return last <= servicePeriod.start ? first : `${first} – ${formatLocalDate(last, language)}`;
}
