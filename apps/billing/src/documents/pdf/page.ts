import PDFDocument from 'pdfkit';
import { escapeXml } from '../../xml/xml.ts';
import { isOrdinaryText, TEXT_FONT, textFonts } from './fonts.ts';
import { wrapMixedText, writeMixedLine } from './mixed-text.ts';
import { addSharedFont } from './shared-fonts.ts';
import { openTags, writeArtifact, writeTagged } from './tags.ts';

/** A4 with margins, in points. */
export const page = { width: 595.28, height: 841.89, left: 56, right: 539, top: 48, bottom: 790 } as const;

export const colours = {
  text: '#1f2933',
  soft: '#616e7c',
  line: '#cbd2d9',
  band: '#f1f4f7',
  accent: '#1f4e79',
  good: '#1d7a4b',
  warning: '#a35200',
} as const;

/** Space between the lines of a text, in points. */
const lineGap = 1.5;

export type Pdf = PDFKit.PDFDocument;

/**
 * Opens an A4 PDF with embedded fonts. `createdOn` is its only date, so that equal content gives equal bytes. An
 * archive is a PDF/A-3b, which can contain files.
 */
export function openPdf(
  info: { title: string; author: string; createdOn: string; language: string },
  { isArchive }: { isArchive: boolean } = { isArchive: false },
): Pdf {
  const pdf = new PDFDocument({
    size: 'A4',
    // No initial font: otherwise pdfkit uses the name Helvetica for its own font, which is not embedded.
    font: '',
    autoFirstPage: false,
    bufferPages: true,
    margins: { top: 0, bottom: 0, left: 0, right: 0 },
    lang: info.language,
    tagged: true,
    ...(isArchive ? { pdfVersion: '1.7', subset: 'PDF/A-3b' } : { pdfVersion: '1.5' }),
    displayTitle: true,
    info: {
      Title: info.title,
      Author: info.author,
      Creator: 'Cordée',
      Producer: 'Cordée',
      CreationDate: new Date(`${info.createdOn}T12:00:00Z`),
    },
  });
  // Do not register a font under a second name: pdfkit would parse the font again at each use.
  for (const font of textFonts()) addSharedFont(pdf, font);
  openTags(pdf);
  escapeMetadata(pdf as MetadataWriter);
  return pdf;
}

type MetadataWriter = Pdf & { info: Record<string, unknown>; _addInfo(): void };

/** pdfkit writes title and author into the XML of the metadata without escaping them. */
function escapeMetadata(pdf: MetadataWriter): void {
  const addInfo = pdf._addInfo.bind(pdf);
  pdf._addInfo = () => {
    const { info } = pdf;
    pdf.info = Object.fromEntries(
      Object.entries(info).map(([key, value]) => [key, typeof value === 'string' ? escapeXml(value) : value]),
    );
    addInfo();
    pdf.info = info;
  };
}

const defaultTextSize = 9;

export interface TextStyle {
  readonly size?: number;
  readonly bold?: boolean;
  readonly colour?: string;
  readonly align?: 'left' | 'right';
  /** The type of the text in the structure of the PDF; by default a paragraph. */
  readonly tag?: 'P' | 'H1' | 'TH' | 'TD';
}

/** The top left corner and the width of a text, in points. */
interface TextBox {
  readonly x: number;
  readonly y: number;
  readonly width: number;
}

/** Writes a text, wrapped at the width of the box. Returns the y below the text. */
export function writeText(pdf: Pdf, text: string, box: TextBox, style: TextStyle = {}): number {
  return writeTagged(pdf, style.tag ?? 'P', () => writeUntagged(pdf, text, box, style));
}

function writeUntagged(pdf: Pdf, text: string, { x, y, width }: TextBox, style: TextStyle): number {
  selectFont(pdf, style);
  pdf.fillColor(style.colour ?? colours.text);
  const align = style.align ?? 'left';
  const lineWidth = widthOfLine(pdf, text, width);
  if (lineWidth !== undefined) {
    pdf.text(text, align === 'left' ? x : x + width - lineWidth, y, { lineBreak: false });
    return y + metricsOf(pdf).lineHeight;
  }
  if (isOrdinaryText(text)) {
    const options = { width, align, lineGap } as const;
    pdf.text(text, x, y, options);
    return y + pdf.heightOfString(text, options);
  }
  const { lineHeight, ascender } = metricsOf(pdf);
  const lines = wrapMixedText(pdf, text, width, style.bold ?? false);
  for (const [index, line] of lines.entries())
    writeMixedLine(pdf, line, align === 'left' ? x : x + width - line.width, y + index * lineHeight + ascender);
  return y + lines.length * lineHeight;
}

/** Returns the height that a text has when {@link writeText} writes the text. */
export function heightOf(pdf: Pdf, text: string, width: number, style: TextStyle = {}): number {
  selectFont(pdf, style);
  if (widthOfLine(pdf, text, width) !== undefined) return metricsOf(pdf).lineHeight;
  if (isOrdinaryText(text)) return pdf.heightOfString(text, { width, lineGap });
  const { lineHeight } = metricsOf(pdf);
  return wrapMixedText(pdf, text, width, style.bold ?? false).length * lineHeight;
}

/** Characters that end a line, or that are visible only at the end of a line. */
const lineBreaks = /[\n\r\t\u00ad\u2028\u2029]/;

/**
 * Returns the width of an ordinary text that fits on one line of the selected font; otherwise undefined. Most texts do,
 * and pdfkit takes several times as long for a text with a width, because it looks for places to wrap.
 */
export function widthOfLine(pdf: Pdf, text: string, maxWidth: number): number | undefined {
  if (text === '' || lineBreaks.test(text) || !isOrdinaryText(text)) return undefined;
  const width = pdf.widthOfString(text);
  return width <= maxWidth ? width : undefined;
}

function selectFont(pdf: Pdf, { bold, size }: TextStyle): void {
  pdf.font(bold ? `${TEXT_FONT}-Bold` : TEXT_FONT).fontSize(size ?? defaultTextSize);
}

/** The height of a line and the distance from its top to its baseline, in points, for the selected font and size. */
function metricsOf(pdf: Pdf): { lineHeight: number; ascender: number } {
  const lineHeight = pdf.currentLineHeight(true) + lineGap;
  return { lineHeight, ascender: pdf.currentLineHeight(false) * 0.8 };
}

/** Draws a horizontal line from `startX` to the right margin. */
export function drawRule(
  pdf: Pdf,
  y: number,
  {
    startX = page.left,
    colour = colours.line,
    lineWidth = 0.6,
  }: { startX?: number; colour?: string; lineWidth?: number } = {},
): void {
  writeArtifact(pdf, 'Layout', () =>
    pdf.moveTo(startX, y).lineTo(page.right, y).lineWidth(lineWidth).strokeColor(colour).stroke(),
  );
}
