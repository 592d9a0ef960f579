import { addDays, formatLocalDate } from '@cordee/calendar/local-date';
import { formatAmount, formatNumber } from '@cordee/money/money';
import { formatVatRate } from '@cordee/money/vat-rates';
import type { DocumentContent, PrintedLine } from './document-content.ts';
import { documentTexts } from './document-texts.ts';
import { colours, heightOf, page, drawRule, writeText, type Pdf, type TextStyle } from './page.ts';
import { groupTags, writeArtifact } from './tags.ts';

interface Column {
  readonly x: number;
  readonly width: number;
  readonly align: 'left' | 'right';
}

/** The columns of the table. All sizes and distances in this file are in points. */
const columns = {
  description: { x: page.left + 6, width: 212, align: 'left' },
  quantity: { x: 282, width: 62, align: 'right' },
  unitPrice: { x: 350, width: 68, align: 'right' },
  vat: { x: 424, width: 40, align: 'right' },
  amount: { x: 464, width: page.right - 6 - 464, align: 'right' },
} satisfies Record<string, Column>;

const padding = 4;
/** The maximum in characters. A longer description is cut, so that a line always fits on a page. */
const maxDescriptionLength = 600;

/** Writes all lines and repeats the header on each new page. Returns the y below the last line. */
export function writeLines(pdf: Pdf, content: DocumentContent, top: number, nextPage: () => number): number {
  return groupTags(pdf, 'Table', () => {
    let y = groupTags(pdf, 'TR', () => writeHeader(pdf, content, top));
    for (const line of content.lines) {
      const height = heightOfLine(pdf, content, line);
      if (y + height > page.bottom) {
        const pageTop = nextPage();
        y = writeArtifact(pdf, 'Pagination', () => writeHeader(pdf, content, pageTop));
      }
      const lineTop = y + padding;
      groupTags(pdf, 'TR', () => writeLine(pdf, content, line, lineTop));
      y += height;
      drawRule(pdf, y);
    }
    return y;
  });
}

function writeHeader(pdf: Pdf, { language, openAmount }: DocumentContent, y: number): number {
  const texts = documentTexts[language];
  const height = 20;
  writeArtifact(pdf, 'Layout', () =>
    pdf
      .rect(page.left, y, page.right - page.left, height)
      .fillColor(colours.band)
      .fill(),
  );
  const writeHeading = (column: Column, text: string) =>
    writeText(
      pdf,
      text,
      { x: column.x, y: y + 5.5, width: column.width },
      {
        size: 7.5,
        bold: true,
        colour: colours.soft,
        align: column.align,
        tag: 'TH',
      },
    );
  writeHeading(columns.description, texts.description);
  writeHeading(columns.quantity, texts.quantity);
  writeHeading(columns.unitPrice, texts.unitPrice);
  writeHeading(columns.vat, texts.vat);
  writeHeading(columns.amount, `${texts.amount} ${openAmount.currency}`);
  return y + height;
}

const detailStyle: TextStyle = { size: 8, colour: colours.soft };

function heightOfLine(pdf: Pdf, content: DocumentContent, line: PrintedLine): number {
  const { width } = columns.description;
  const textHeight = detailsOf(content, line).reduce(
    (height, detail) => height + heightOf(pdf, detail, width, detailStyle),
    heightOf(pdf, descriptionOf(line), width),
  );
  return Math.max(textHeight, heightOf(pdf, quantityText(content, line), columns.quantity.width)) + 2 * padding;
}

function writeLine(pdf: Pdf, content: DocumentContent, line: PrintedLine, y: number): void {
  const { language } = content;
  const { x, width } = columns.description;
  groupTags(pdf, 'TD', () => {
    let detailTop = writeText(pdf, descriptionOf(line), { x, y, width });
    for (const detail of detailsOf(content, line))
      detailTop = writeText(pdf, detail, { x, y: detailTop, width }, detailStyle);
  });
  const writeCell = (column: Column, text: string) =>
    writeText(pdf, text, { x: column.x, y, width: column.width }, { align: column.align, tag: 'TD' });
  writeCell(columns.quantity, quantityText(content, line));
  writeCell(columns.unitPrice, formatAmount(line.unitPrice, language));
  writeCell(columns.vat, content.isOutOfScope ? '–' : formatVatRate(line.rateBasisPoints, language));
  writeCell(columns.amount, formatAmount(line.net, language));
}

/** Returns the texts below the description: the service period and the cost centre. */
function detailsOf(content: DocumentContent, line: PrintedLine): string[] {
  const costCentre = line.costCentre && `${documentTexts[content.language].costCentre}: ${line.costCentre}`;
  return [periodText(content, line), costCentre].filter((detail) => detail !== undefined);
}

function descriptionOf({ description }: PrintedLine): string {
  return description.length <= maxDescriptionLength
    ? description
    : `${description.slice(0, maxDescriptionLength - 1)}…`;
}

function quantityText({ language }: DocumentContent, { quantity, unit }: PrintedLine): string {
  const number = formatNumber(Number(quantity), language);
  return unit ? `${number} ${unit}` : number;
}

/** Formats the service period with its last day. `servicePeriod.end` is the day after the last day. */
function periodText({ language }: DocumentContent, { servicePeriod }: PrintedLine): string | undefined {
  if (!servicePeriod) return undefined;
  const lastDay = addDays(servicePeriod.end, -1);
  const firstDayText = formatLocalDate(servicePeriod.start, language);
  return lastDay <= servicePeriod.start ? firstDayText : `${firstDayText} – ${formatLocalDate(lastDay, language)}`;
}
