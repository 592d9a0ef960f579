import { toId } from '@cordee/contracts/id';
import { randomFrom } from '../../measurement/random.mjs';

/** Creates a random number generator from a seed that also creates ids of Cordée. */
export function randomWithIds(seed) {
  const random = randomFrom(seed);
  return { ...random, id: (prefix) => toId(prefix, random.uuid()) };
}
