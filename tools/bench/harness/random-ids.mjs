import { toId } from '@cordee/contracts/id';
import { randomFrom as randomNumbersFrom } from '../../measurement/random.mjs';

/** Creates a random number generator from a seed that can also create ids of Cordée. */
export function randomFrom(seed) {
  const random = randomNumbersFrom(seed);
  return { ...random, id: (prefix) => toId(prefix, random.uuid()) };
}
