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

/** A figure without a limit: a number or a text. */
export const measured = (figure, reached, unit = '') => ({
  figure,
  expected: '',
  reached: `${round(reached)} ${unit}`.trim(),
  ok: true,
});

/** The time of the slowest answer must be at most `limit` milliseconds. The figure shows the title of its request. */
export function slowest(answers, limit) {
  const { title, ms } = answers.reduce((a, b) => (a.ms > b.ms ? a : b));
  return { ...atMost(`slowest answer (${shorten(title)})`, ms, limit, 'ms'), isTime: true };
}

/** A list that must be empty. The figure shows the number of items and the first of them. */
export const none = (figure, items) => ({
  figure,
  expected: '0',
  reached: items.length === 0 ? '0' : `${items.length}: ${items.slice(0, MAX_SHOWN).map(shorten).join('; ')}`,
  ok: items.length === 0,
});

/** Returns the result of an attack. The limits hold when all figures are as expected. `sent` tells what was sent. */
export const judge = (sent, ...figures) => ({ sent, ok: figures.every(({ ok }) => ok), figures });

/** Returns the ids that are in the first list only. */
export const endedPidsOf = (before, after) => before.filter((pid) => !after.includes(pid));

const MAX_SHOWN = 5;
const MAX_CHARACTERS = 120;
const shorten = (text) => JSON.stringify(String(text).slice(0, MAX_CHARACTERS)).slice(1, -1);

const round = (value) => (Number.isFinite(value) ? Math.round(value * 10) / 10 : value);
