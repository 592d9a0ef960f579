/** Returns a function that draws a name with a probability proportional to its weight. */
export function weightedChoice(weights, random) {
  const names = Object.keys(weights);
  const cumulativeWeights = [];
  let sum = 0;
  for (const name of names) cumulativeWeights.push((sum += weights[name]));
  return () => {
    const target = random.next() * sum;
    return names[cumulativeWeights.findIndex((cumulativeWeight) => target < cumulativeWeight)] ?? names.at(-1);
  };
}
