import fs from 'node:fs';
import { createRequire } from 'node:module';
import { prepareZXingModule, readBarcodes } from 'zxing-wasm/reader';
import type { PageImage } from './page-image.ts';

const wasm = fs.readFileSync(createRequire(import.meta.url).resolve('zxing-wasm/reader/zxing_reader.wasm'));
prepareZXingModule({ overrides: { wasmBinary: wasm.buffer } });

/** A QR code on a page. */
export interface QrCode {
  readonly text: string;
  /** The level of error correction: L, M, Q or H. */
  readonly errorCorrection: string;
  /** The distance of the first module from the left edge and from the top, and the side, in pixels. */
  readonly x: number;
  readonly y: number;
  readonly size: number;
}

/** Reads the QR codes on a page with ZXing, which neither swissqrbill nor `qr` use; the topmost code first. */
export async function readQrCodes(image: PageImage): Promise<QrCode[]> {
  const codes = await readBarcodes(image, { formats: ['QRCode'], tryHarder: true, maxNumberOfSymbols: 4 });
  return codes
    .filter(({ isValid }) => isValid)
    .map(({ text, ecLevel, position: { topLeft, topRight } }) => ({
      text,
      errorCorrection: ecLevel,
      x: topLeft.x,
      y: topLeft.y,
      size: Math.hypot(topRight.x - topLeft.x, topRight.y - topLeft.y),
    }))
    .toSorted((left, right) => left.y - right.y);
}
