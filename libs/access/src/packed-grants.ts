import type { Product } from './products.ts';

/**
 * The grants on one object, packed into numbers so that a check reads little memory. The upper bits of a code have the
 * number of a right; the lower bits have the number of the holder. `ends` has the end of the grant for each code. A
 * grant has one code for its right and one for each right that it includes.
 */
export interface PackedGrants {
  readonly codes: readonly number[];
  readonly ends: readonly number[];
}

export const NO_GRANTS: PackedGrants = { codes: [], ends: [] };

/**
 * The number of bits of a holder number: room for a million holders. The whole code has 30 bits, so that
 * the JavaScript engine stores it without a heap object.
 */
export const HOLDER_BITS = 20;
export const MAX_HOLDERS = 1 << HOLDER_BITS;
const CODE_BITS = 30;
export const MAX_RIGHTS = 1 << (CODE_BITS - HOLDER_BITS);

/**
 * Assigns small numbers to strings, in order of appearance. Throws when there are more strings than the limit, because
 * a code would be ambiguous.
 */
export class Interner {
  private readonly numbers = new Map<string, number>();

  constructor(private readonly limit: number) {}

  numberOf(text: string): number {
    const existing = this.numbers.get(text);
    if (existing !== undefined) return existing;
    if (this.numbers.size === this.limit)
      throw new Error(`more than ${this.limit} holders or rights in one organization`);
    this.numbers.set(text, this.numbers.size);
    return this.numbers.size - 1;
  }

  find(text: string): number | undefined {
    return this.numbers.get(text);
  }

  get size(): number {
    return this.numbers.size;
  }
}

/** A product with the packed grants on it and on its type: the data that most checks read. */
export interface ProductGrants {
  readonly product: Product;
  readonly onProduct: PackedGrants;
  readonly onType: PackedGrants;
  /** The rights of the product type; the type-rights cache updates this set in place. */
  readonly typeRights: ReadonlySet<string>;
}
