/**
 * What is given on one object, packed so that a check touches little memory: the number of a right above the number of who holds it, and beside
 * it until when. A wider right is there as each of the narrower ones too.
 */
export interface Given {
  readonly codes: readonly number[];
  readonly ends: readonly number[];
}

export const NOTHING: Given = { codes: [], ends: [] };

/** Room for a million holders below the right, in a number that the engine keeps in one word. */
export const HOLDER_BITS = 20;
export const MAX_HOLDERS = 1 << HOLDER_BITS;
export const MAX_RIGHTS = 1 << (30 - HOLDER_BITS);

/** Small numbers for words, in the order in which they come. One too many would stand for two rights at once, and is refused. */
export class Numbers {
  private readonly known = new Map<string, number>();

  constructor(private readonly limit: number) {}

  of(word: string): number {
    const known = this.known.get(word);
    if (known !== undefined) return known;
    if (this.known.size === this.limit)
      throw new Error(`more than ${this.limit} holders or rights in one organization`);
    this.known.set(word, this.known.size);
    return this.known.size - 1;
  }

  find(word: string): number | undefined {
    return this.known.get(word);
  }

  get size(): number {
    return this.known.size;
  }
}
