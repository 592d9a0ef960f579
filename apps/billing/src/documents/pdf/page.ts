import fs from 'node:fs';
import { createRequire } from 'node:module';
import PDFDocument from 'pdfkit';

/** A4 in points, and the margins of a letter. */
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

export type Pdf = PDFKit.PDFDocument;

const resolve = createRequire(import.meta.url).resolve;
/**
 * The embedded fonts, under the names by which the payment part asks for its own. One name each: under a second name for the same font,
 * pdfkit opens and parses it anew at every use.
 */
const fonts = {
  Helvetica: fs.readFileSync(resolve('dejavu-fonts-ttf/ttf/DejaVuSansCondensed.ttf')),
  'Helvetica-Bold': fs.readFileSync(resolve('dejavu-fonts-ttf/ttf/DejaVuSansCondensed-Bold.ttf')),
};

/** Opens an A4 document with embedded fonts. `createdOn` is its only date, so that the same content gives the same bytes. */
export function openPdf(info: { title: string; author: string; createdOn: string; language: string }): Pdf {
  const pdf = new PDFDocument({
    size: 'A4',
    // None to start with: else it is the standard Helvetica, and the name stays taken by a font that is not embedded.
    font: '',
    autoFirstPage: false,
    bufferPages: true,
    margins: { top: 0, bottom: 0, left: 0, right: 0 },
    lang: info.language,
    displayTitle: true,
    info: {
      Title: info.title,
      Author: info.author,
      Creator: 'Cordée',
      Producer: 'Cordée',
      CreationDate: new Date(`${info.createdOn}T12:00:00Z`),
    },
  });
  for (const [name, font] of Object.entries(fonts)) pdf.registerFont(name, font);
  return pdf;
}

/** How a text is set. */
export interface TextStyle {
  readonly size?: number;
  readonly bold?: boolean;
  readonly colour?: string;
  readonly align?: 'left' | 'right';
}

/** Writes a text into a column, wrapped; returns the y below it. */
export function write(pdf: Pdf, text: string, x: number, y: number, width: number, style: TextStyle = {}): number {
  pdf.font(style.bold ? 'Helvetica-Bold' : 'Helvetica').fontSize(style.size ?? 9);
  const options = { width, align: style.align ?? 'left', lineGap: 1.5 } as const;
  pdf.fillColor(style.colour ?? colours.text).text(text, x, y, options);
  return y + pdf.heightOfString(text, options);
}

/** Height that {@link write} will take. */
export function heightOf(pdf: Pdf, text: string, width: number, style: TextStyle = {}): number {
  pdf.font(style.bold ? 'Helvetica-Bold' : 'Helvetica').fontSize(style.size ?? 9);
  return pdf.heightOfString(text, { width, lineGap: 1.5 });
}

/** A thin line across the text area. */
export function rule(pdf: Pdf, y: number, from: number = page.left, colour: string = colours.line, width = 0.6): void {
  pdf.moveTo(from, y).lineTo(page.right, y).lineWidth(width).strokeColor(colour).stroke();
}
