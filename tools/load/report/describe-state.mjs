import { formatMs, formatRate } from './format.mjs';

/** Describes the last second of the run in one line. */
export function describeState({ title, rate, seconds, startedAt }, { main, beside }, now) {
  const elapsed = Math.min(seconds, (now - startedAt) / 1_000);
  const point = main.timeline.points.at(-1);
  const parts = [
    `${title} ${Math.floor(elapsed)}/${Math.round(seconds)} s`,
    `planned ${formatRate(rate)}/s`,
    `ok ${formatRate(point.ok)}/s`,
    ...(point.shed > 0 ? [`shed ${formatRate(point.shed)}/s`] : []),
    ...(point.errors > 0 ? [`errors ${formatRate(point.errors)}/s`] : []),
    `p50 ${formatMs(point.p50)} p99 ${formatMs(point.p99)} ms`,
    `in flight ${main.inFlight}`,
  ];
  const besidePoint = beside?.timeline.points.at(-1);
  if (besidePoint) parts.push(`beside ${formatRate(besidePoint.ok)}/s p99 ${formatMs(besidePoint.p99)} ms`);
  return parts.join(' · ');
}
