import { createCanvas } from '@napi-rs/canvas';
import { getDocument } from 'pdfjs-dist/legacy/build/pdf.mjs';

const POINTS_PER_INCH = 72;

/** The pixels of a page: red, green, blue and alpha, row by row. */
export interface PageImage {
  readonly data: Uint8ClampedArray<ArrayBuffer>;
  readonly width: number;
  readonly height: number;
  readonly colorSpace: 'srgb';
}

interface RenderOptions {
  readonly dpi?: number;
  /** The rotation of the page. */
  readonly degrees?: number;
  /** 1 for the last page. */
  readonly pageFromEnd?: number;
}

/** Renders the last page of a PDF, or an earlier one, with an independent reader (pdf.js). */
export async function renderPage(
  pdf: Uint8Array,
  { dpi = 150, degrees = 0, pageFromEnd = 1 }: RenderOptions = {},
): Promise<PageImage> {
  const task = getDocument({ data: new Uint8Array(pdf), verbosity: 0 });
  const document = await task.promise;
  const page = await document.getPage(document.numPages + 1 - pageFromEnd);
  const viewport = page.getViewport({ scale: dpi / POINTS_PER_INCH });
  const [width, height] = [Math.ceil(viewport.width), Math.ceil(viewport.height)];
  const canvas = createCanvas(width, height);
  const context = canvas.getContext('2d');
  await page.render({
    canvas: null,
    canvasContext: context,
    viewport,
  }).promise;
  await task.destroy();
  if (degrees !== 0) {
    const upright = createCanvas(width, height);
    upright.getContext('2d').drawImage(canvas, 0, 0);
    context.fillStyle = 'white';
    context.fillRect(0, 0, width, height);
    context.translate(width / 2, height / 2);
    context.rotate((degrees / 180) * Math.PI);
    context.drawImage(upright, -width / 2, -height / 2);
  }
  const { data } = context.getImageData(0, 0, width, height);
  return { data: new Uint8ClampedArray(data), width, height, colorSpace: 'srgb' };
}
