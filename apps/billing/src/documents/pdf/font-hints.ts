/** The tables with the programs that fit outlines to the pixels of a screen. */
export const HINT_TABLES: ReadonlySet<string> = new Set(['cvt ', 'fpgm', 'prep']);

/** The bytes before the contours of a glyph: the number of contours and the bounding box. */
const HEADER_SIZE = 10;
/** Flags of a component. */
const HAS_WORDS = 0x1;
const HAS_INSTRUCTIONS = 0x100;
/** The size of the scale of a component, by flag. */
const SCALE_SIZES: readonly (readonly [flag: number, size: number])[] = [
  [0x8, 2],
  [0x40, 4],
  [0x80, 8],
];
const ALIGNMENT = 4;

/**
 * Returns a stored TrueType glyph without its hinting instructions, which are half of its bytes: viewers and printers
 * smooth outlines without them, and each document embeds and compresses its glyphs. `componentPositions` are the
 * positions of the glyph numbers of a composite glyph; empty for a simple glyph.
 */
export function withoutHints(bytes: Uint8Array, componentPositions: readonly number[]): Uint8Array {
  if (bytes.length === 0) return bytes;
  const glyph = Buffer.from(bytes);
  const last = componentPositions.at(-1);
  if (last !== undefined) {
    for (const position of componentPositions)
      glyph.writeUInt16BE(glyph.readUInt16BE(position - 2) & ~HAS_INSTRUCTIONS, position - 2);
    return padded([glyph.subarray(0, last + sizeOfComponent(glyph.readUInt16BE(last - 2)))]);
  }
  const lengthAt = HEADER_SIZE + glyph.readInt16BE(0) * 2;
  const instructions = glyph.readUInt16BE(lengthAt);
  return padded([glyph.subarray(0, lengthAt), Buffer.alloc(2), glyph.subarray(lengthAt + 2 + instructions)]);
}

/** The size of a component after its flags: glyph number, offsets and scale. */
const sizeOfComponent = (flags: number): number =>
  2 + (flags & HAS_WORDS ? 4 : 2) + (SCALE_SIZES.find(([flag]) => flags & flag)?.[1] ?? 0);

function padded(chunks: readonly Uint8Array[]): Uint8Array {
  const length = chunks.reduce((sum, chunk) => sum + chunk.length, 0);
  return Buffer.concat(chunks, Math.ceil(length / ALIGNMENT) * ALIGNMENT);
}
