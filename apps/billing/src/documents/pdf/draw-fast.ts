import { widthOfLine, type Pdf } from './page.ts';

interface Rectangle {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

type TextOptions = PDFKit.Mixins.TextOptions;

/**
 * Draws with a library that knows only pdfkit, with the same result in less time and space: squares of one size, which
 * are the modules of a QR code, have whole numbers as coordinates, and texts that fit on their lines are not wrapped.
 */
export function drawFast(pdf: Pdf, draw: () => void): void {
  const rect = pdf.rect.bind(pdf);
  const fill = pdf.fill.bind(pdf);
  const text = pdf.text.bind(pdf) as (value: string, ...parameters: unknown[]) => Pdf;
  let rectangles: Rectangle[] = [];
  const methods = {
    rect(x: number, y: number, width: number, height: number): Pdf {
      rectangles.push({ x, y, width, height });
      return pdf;
    },
    fill(): Pdf {
      if (rectangles.length > 1) pdf.addContent(squaresOf(rectangles));
      else {
        for (const { x, y, width, height } of rectangles) rect(x, y, width, height);
        fill();
      }
      rectangles = [];
      return pdf;
    },
    text(value: string, ...parameters: [TextOptions?] | [number, number, TextOptions?]): Pdf {
      return writeLines(pdf, value, parameters) ? pdf : text(value, ...parameters);
    },
  };
  Object.assign(pdf, methods);
  draw();
  // The methods of the class are visible again.
  for (const name of Object.keys(methods)) Reflect.deleteProperty(pdf, name);
}

/**
 * Returns the operators that fill squares of one size, column by column. Squares that touch each other in a column are
 * one rectangle, so that viewers draw no line between them.
 */
function squaresOf(squares: readonly Rectangle[]): string {
  const { width: size } = squares[0]!;
  const operators: string[] = [];
  let [column, top, count] = [0, 0, 0];
  const addColumn = (): void => {
    if (count > 0) operators.push(`${column} ${top} 1 ${count} re`);
  };
  for (const { x, y } of squares) {
    const [nextColumn, row] = [Math.round(x / size), Math.round(y / size)];
    if (nextColumn === column && row === top + count) count += 1;
    else {
      addColumn();
      [column, top, count] = [nextColumn, row, 1];
    }
  }
  addColumn();
  return `q\n${size} 0 0 ${size} 0 0 cm\n${operators.join('\n')}\nf\nQ`;
}

/** Writes lines that need no wrapping, as pdfkit does. Returns false when a line needs it. */
function writeLines(pdf: Pdf, value: string, parameters: readonly unknown[]): boolean {
  const options = parameters.at(-1) as TextOptions;
  const [x, y] = parameters.length === 3 ? (parameters as [number, number]) : [pdf.x, pdf.y];
  const { width, align = 'left', lineGap = 0 } = options;
  if (width === undefined) return false;
  const lines = value.split('\n').map((line) => ({ line, lineWidth: widthOfLine(pdf, line, width) }));
  if (lines.some(({ lineWidth }) => lineWidth === undefined)) return false;
  const lineHeight = pdf.currentLineHeight(true) + lineGap;
  const write = Object.getPrototypeOf(pdf).text as (this: Pdf, ...parameters: unknown[]) => Pdf;
  const shareOfSpace = { left: 0, justify: 0, center: 0.5, right: 1 }[align];
  for (const [index, { line, lineWidth }] of lines.entries())
    write.call(pdf, line, x + (width - lineWidth!) * shareOfSpace, y + index * lineHeight, { lineBreak: false });
  pdf.x = x;
  pdf.y = y + lines.length * lineHeight;
  return true;
}
