/**
 * Parses the text format of Prometheus. Returns the samples, `{ labels, value }`, by the name of the metric. Lines that
 * are not samples are ignored.
 */
export function parseMetrics(text) {
  const metrics = new Map();
  for (const line of text.split('\n')) {
    const match = /^([a-zA-Z_:][\w:]*)(?:\{(.*)\})?\s+(\S+)/.exec(line);
    if (!match) continue;
    const value = Number(match[3] === '+Inf' ? Infinity : match[3] === '-Inf' ? -Infinity : match[3]);
    if (!metrics.has(match[1])) metrics.set(match[1], []);
    metrics.get(match[1]).push({ labels: parseLabels(match[2] ?? ''), value });
  }
  return metrics;
}

/** Returns the sum of all samples of a metric, or undefined when the process does not have the metric. */
export function sumOf(metrics, name) {
  const samples = metrics.get(name);
  return samples && samples.reduce((sum, { value }) => sum + value, 0);
}

function parseLabels(text) {
  const labels = {};
  for (const [, name, value] of text.matchAll(/(\w+)="((?:[^"\\]|\\.)*)"/g))
    labels[name] = value.replaceAll(/\\(.)/g, (_, escaped) => (escaped === 'n' ? '\n' : escaped));
  return labels;
}
