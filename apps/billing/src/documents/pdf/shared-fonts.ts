import type { NamedFont } from './fonts.ts';
import type { Pdf } from './page.ts';

/** The texts whose glyphs a thread remembers per font; more are forgotten together. */
const MAX_TEXTS = 5_000;
/** The number of uses of a font between two counts of its texts; counting takes as long as writing some texts. */
const USES_PER_COUNT = 100;

/** The fields of pdfkit that share what is the same in all documents. */
interface FontInternals {
  registerFont(name: string, font: unknown): void;
  _font: { layoutCache: Record<string, unknown> };
}

interface LayoutCache {
  /** The glyphs by text. */
  readonly texts: Record<string, unknown>;
  uses: number;
}

/** The caches by the name of the font. */
const layoutCaches = new Map<string, LayoutCache>();

/**
 * Gives a font to a document and selects it. The parsed font and the glyphs of words are shared by all documents of the
 * thread: they depend on nothing else.
 */
export function addSharedFont(pdf: Pdf, { name, font }: NamedFont): void {
  const internals = pdf as unknown as FontInternals;
  internals.registerFont(name, font);
  pdf.font(name);
  internals._font.layoutCache = cacheOf(name);
}

/** Returns the glyphs that the thread remembers for a font. */
function cacheOf(name: string): Record<string, unknown> {
  const cached = layoutCaches.get(name);
  if (cached) {
    cached.uses += 1;
    if (cached.uses % USES_PER_COUNT !== 0 || Object.keys(cached.texts).length <= MAX_TEXTS) return cached.texts;
  }
  const texts = Object.create(null) as Record<string, unknown>;
  layoutCaches.set(name, { texts, uses: 0 });
  return texts;
}
