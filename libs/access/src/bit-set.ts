/** A set of small numbers, with one bit per number: a look-up reads one element of the array. */
export type BitSet = Uint32Array;

/** Creates an empty set for numbers below the limit. */
export const createBitSet = (limit: number): BitSet => new Uint32Array((limit >> 5) + 1);

/** Adds a number. Each element of the array has 32 bits: `>> 5` selects the element, `& 31` the bit. */
export function addNumber(set: BitSet, number: number): void {
  set[number >> 5]! |= 1 << (number & 31);
}

/** True when the set contains the number. */
export const hasNumber = (set: BitSet, number: number): boolean => ((set[number >> 5]! >> (number & 31)) & 1) === 1;
