const MAX_LINEAR_TICKS = 6;
const niceFactors = [1, 2, 5, 10];

/**
 * Returns an axis from zero to a round number that is not below `max`: `{ min, max, ticks, position(value) }`. The
 * position is 0 at the start of the axis and 1 at its end.
 */
export function linearAxis(max) {
  const step = niceStep((max > 0 ? max : 1) / (MAX_LINEAR_TICKS - 1));
  const count = Math.max(1, Math.ceil((max > 0 ? max : 1) / step - 1e-9));
  const end = count * step;
  return {
    min: 0,
    max: end,
    ticks: Array.from({ length: count + 1 }, (_, index) => roundTo(index * step, step)),
    position: (value) => clamp(value / end),
  };
}

/** Returns a logarithmic axis from the power of ten at or below `min` to a power of ten at or above `max`. */
export function logAxis(min, max) {
  const low = Math.floor(Math.log10(Math.max(min, 1e-3)) + 1e-9);
  const high = Math.max(low + 1, Math.ceil(Math.log10(Math.max(max, 1e-3)) - 1e-9));
  return {
    min: 10 ** low,
    max: 10 ** high,
    ticks: Array.from({ length: high - low + 1 }, (_, index) => 10 ** (low + index)),
    position: (value) => clamp((Math.log10(Math.max(value, 10 ** low)) - low) / (high - low)),
  };
}

/** Returns an axis from 0 to exactly `max`, with ticks at round numbers. For time axes. */
export function exactAxis(max) {
  const step = niceStep((max > 0 ? max : 1) / (MAX_LINEAR_TICKS + 1));
  const count = Math.floor(max / step + 1e-9);
  return {
    min: 0,
    max,
    ticks: Array.from({ length: count + 1 }, (_, index) => roundTo(index * step, step)),
    position: (value) => clamp(value / max),
  };
}

/** Formats a tick without unneeded digits. */
export const formatTick = (value) => value.toLocaleString('en', { maximumFractionDigits: 6 });

/** Returns a round number at or above a step. */
function niceStep(roughStep) {
  const power = 10 ** Math.floor(Math.log10(roughStep));
  return niceFactors.map((factor) => factor * power).find((step) => step >= roughStep * (1 - 1e-9));
}

/** Removes the rounding error of a multiple of the step. */
const roundTo = (value, step) => Number(value.toFixed(Math.max(0, -Math.floor(Math.log10(step)))));
const clamp = (share) => Math.min(1, Math.max(0, share));
