import type { Product } from './products.ts';

/**
 * The grants on one object, packed to use little memory in a check. A code has the number of a right in its upper bits
 * and the number of the holder in its lower bits; `ends` has the end of each. A wider right also has a code for each
 * right that it includes.
 */
export interface PackedGrants {
  readonly codes: readonly number[];
  readonly ends: readonly number[];
}

export const NO_GRANTS: PackedGrants = { codes: [], ends: [] };

/** Room for a million holders below the right, in an integer that the engine stores without a heap object. */
export const HOLDER_BITS = 20;
export const MAX_HOLDERS = 1 << HOLDER_BITS;
export const MAX_RIGHTS = 1 << (30 - HOLDER_BITS);

/**
 * Assigns small numbers to strings, in order of appearance. Throws above the limit, where a code would be ambiguous.
 */
export class Interner {
  private readonly numbers = new Map<string, number>();

  constructor(private readonly limit: number) {}

  numberOf(text: string): number {
    const known = this.numbers.get(text);
    if (known !== undefined) return known;
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
