/** Returns the quantile: the value below which this share of the values lies. */
export function quantile(values, share) {
  if (values.length === 0) return NaN;
  const sorted = isSorted(values) ? values : Float64Array.from(values).sort();
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))];
}

/** Returns the median. For an even number of values this is the mean of the two middle values. */
export function median(values) {
  const sorted = [...values].sort((one, other) => one - other);
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

export const spread = (values) => ({
  median: median(values),
  range: [Math.min(...values), Math.max(...values)],
  values: [...values],
});

/** Returns the usual quantiles and the maximum of latencies. */
export function latencies(values) {
  const sorted = Float64Array.from(values).sort();
  return {
    p50: quantile(sorted, 0.5),
    p95: quantile(sorted, 0.95),
    p99: quantile(sorted, 0.99),
    'p99.9': quantile(sorted, 0.999),
    max: sorted.at(-1),
  };
}

function isSorted(values) {
  for (let index = 1; index < values.length; index += 1) if (values[index - 1] > values[index]) return false;
  return true;
}
