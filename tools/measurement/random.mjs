/** Creates a random number generator from a seed (mulberry32). */
export function randomFrom(seed) {
  let state = seed >>> 0;
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
  const below = (end) => Math.floor(next() * end);
  return {
    next,
    below,
    between: (minimum, maximum) => minimum + below(maximum - minimum + 1),
    chance: (share) => next() < share,
    pick: (values) => values[below(values.length)],
    uuid: () => uuid(below),
  };
}

/**
 * Returns a function that draws an index from 0 to `count - 1` with a Zipf distribution: index n - 1 has the weight
 * 1/n^`exponent`.
 */
export function zipf(random, count, exponent = 1) {
  const sums = new Float64Array(count);
  for (let index = 0, sum = 0; index < count; index += 1) sums[index] = sum += 1 / (index + 1) ** exponent;
  return () => {
    const goal = random.next() * sums[count - 1];
    let [low, high] = [0, count - 1];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (sums[middle] > goal) high = middle;
      else low = middle + 1;
    }
    return low;
  };
}

/** Creates a random UUIDv7. Its first digits are a time in late 2024. */
function uuid(below) {
  const hex = (length) => Array.from({ length }, () => below(16).toString(16)).join('');
  return `0193${hex(4)}-${hex(4)}-7${hex(3)}-a${hex(3)}-${hex(12)}`;
}
