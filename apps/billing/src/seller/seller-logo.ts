import fs from 'node:fs';
import { crc32, inflateSync } from 'node:zlib';

/** A logo is embedded in each document, so it must be small. */
const MAX_BYTES = 256 * 1024;
const MAX_PIXELS = 500_000;

/** The image of the seller on documents. */
export interface SellerLogo {
  /** PNG or JPEG. */
  readonly bytes: Uint8Array;
}

/**
 * Reads a logo. Decodes as much as is necessary to know that documents can contain it. Returns an error text for a file
 * that is no such image.
 */
export function readSellerLogo(file: string): SellerLogo | string {
  let bytes: Buffer;
  try {
    bytes = fs.readFileSync(file);
  } catch (error) {
    return `${file} cannot be read (${(error as NodeJS.ErrnoException).code})`;
  }
  if (bytes.length > MAX_BYTES) return `${file} has more than ${MAX_BYTES / 1024} KiB`;
  const size = bytes.subarray(1, 4).toString('latin1') === 'PNG' ? readPng(bytes) : readJpeg(bytes);
  if (typeof size === 'string') return `${file} ${size}`;
  if (size.width * size.height === 0) return `${file} has no pixels`;
  if (size.width * size.height > MAX_PIXELS) return `${file} has more than ${MAX_PIXELS} pixels`;
  return { bytes };
}

interface Size {
  readonly width: number;
  readonly height: number;
}

const PNG_SIGNATURE = Buffer.from('89504e470d0a1a0a', 'hex');

/** Reads the chunks of a PNG and decompresses its pixels. */
function readPng(bytes: Buffer): Size | string {
  if (!bytes.subarray(0, PNG_SIGNATURE.length).equals(PNG_SIGNATURE)) return 'is not a valid PNG';
  let size: Size | undefined;
  const pixels: Buffer[] = [];
  for (let offset = PNG_SIGNATURE.length; offset + 12 <= bytes.length;) {
    const length = bytes.readUInt32BE(offset);
    const type = bytes.subarray(offset + 4, offset + 8).toString('latin1');
    const end = offset + 8 + length;
    if (end + 4 > bytes.length || crc32(bytes.subarray(offset + 4, end)) !== bytes.readUInt32BE(end))
      return 'is not a valid PNG';
    const data = bytes.subarray(offset + 8, end);
    if (type === 'IHDR') size = { width: data.readUInt32BE(0), height: data.readUInt32BE(4) };
    if (type === 'IDAT') pixels.push(data);
    if (type === 'IEND') return size && canInflate(Buffer.concat(pixels)) ? size : 'is not a valid PNG';
    offset = end + 4;
  }
  return 'is not a valid PNG';
}

/** The maximum size of the decompressed pixels: four colours of two bytes, and a filter per row. */
const MAX_INFLATED_BYTES = MAX_PIXELS * 9;

function canInflate(compressed: Buffer): boolean {
  try {
    inflateSync(compressed, { maxOutputLength: MAX_INFLATED_BYTES });
    return true;
  } catch {
    return false;
  }
}

/** The frames that PDF readers decode: baseline, extended, progressive. */
const JPEG_FRAMES = new Set([0xc0, 0xc1, 0xc2]);
const JPEG_START = 0xd8;
const JPEG_END = 0xd9;

/** Reads the segments of a JPEG up to its frame. PDF/A does not allow CMYK in documents with sRGB. */
function readJpeg(bytes: Buffer): Size | string {
  const isJpeg = bytes[0] === 0xff && bytes[1] === JPEG_START && bytes.at(-2) === 0xff && bytes.at(-1) === JPEG_END;
  if (!isJpeg) return 'is neither PNG nor JPEG';
  for (let offset = 2; offset + 10 <= bytes.length && bytes[offset] === 0xff;) {
    const marker = bytes[offset + 1]!;
    if (JPEG_FRAMES.has(marker)) {
      const components = bytes[offset + 9]!;
      if (components !== 1 && components !== 3) return 'must be grey or RGB, not CMYK';
      return { height: bytes.readUInt16BE(offset + 5), width: bytes.readUInt16BE(offset + 7) };
    }
    offset += 2 + bytes.readUInt16BE(offset + 2);
  }
  return 'is not a valid JPEG';
}
