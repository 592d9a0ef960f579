/** Returns a function that draws a name with a probability proportional to its weight. */
export function weightedChoice(weights, random) {
  const names = Object.keys(weights);
  const limits = [];
  let sum = 0;
  for (const name of names) limits.push((sum += weights[name]));
  return () => {
    const goal = random.next() * sum;
    return names[limits.findIndex((limit) => goal < limit)] ?? names.at(-1);
  };
}
