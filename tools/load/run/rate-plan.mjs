import { StepFailure } from '../../run/step-failure.mjs';

const MAX_PHASES = 200;

/** Parses `from:to:step`. Returns the rates; the last rate is `to`, also when the steps do not meet it. */
export function parseRamp(text) {
  const [from, to, step, ...unexpected] = text.split(':').map((part) => (part.trim() === '' ? NaN : Number(part)));
  if (!(from > 0 && to >= from && step > 0) || unexpected.length > 0)
    throw new StepFailure(`--ramp ${text}: must be FROM:TO:STEP in requests per second, such as 50:400:50`);
  const steps = Math.ceil((to - from) / step - 1e-9);
  if (steps >= MAX_PHASES) throw new StepFailure(`--ramp ${text}: has more than ${MAX_PHASES} rates`);
  return Array.from({ length: steps + 1 }, (_, index) => Math.min(to, from + index * step));
}

/**
 * Returns a function that gives the planned time of each request of a phase, or undefined after the end of the phase.
 * The first request is planned at the start. Times are in milliseconds.
 */
export function planTimes({ rate, startAt, ms }) {
  // Without the tolerance, 0.1 requests/s for 30 s could have a fourth request because of rounding.
  const count = Math.ceil((rate * ms) / 1_000 - 1e-9);
  return (index) => (index < count ? startAt + (index * 1_000) / rate : undefined);
}
