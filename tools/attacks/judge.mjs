/** A figure that must be at most `limit`. */
export const atMost = (figure, reached, limit, unit = '') => ({
  figure,
  expected: `≤ ${limit} ${unit}`.trim(),
  reached: `${round(reached)} ${unit}`.trim(),
  ok: reached <= limit,
});

/** A figure that must be at least `limit`. */
export const atLeast = (figure, reached, limit, unit = '') => ({
  figure,
  expected: `≥ ${limit} ${unit}`.trim(),
  reached: `${round(reached)} ${unit}`.trim(),
  ok: reached >= limit,
});

/** A latency of other requests during the attack, in milliseconds. The figure also shows the latency before it. */
export const latency = (figure, { before, during }, limit) => ({
  ...atMost(`${figure} (${round(before)} ms before)`, during, limit, 'ms'),
  isTime: true,
});

/** A figure that must be `expected`. */
export const equals = (figure, reached, expected) => ({
  figure,
  expected: String(expected),
  reached: String(reached),
  ok: reached === expected,
});

/** Returns the result of an attack: the limits hold when all figures are as expected. */
export const judge = (...figures) => ({ ok: figures.every(({ ok }) => ok), figures });

const round = (value) => (Number.isFinite(value) ? Math.round(value * 10) / 10 : value);
