/** Formats a latency in milliseconds. */
export const formatMs = (ms) =>
  ms === undefined ? '' : ms >= 9.95 ? Math.round(ms).toLocaleString('en') : ms.toFixed(1);

export const formatRate = (rate) => rate.toLocaleString('en', { maximumFractionDigits: rate < 99.95 ? 1 : 0 });

export const formatCount = (count) => count.toLocaleString('en');

export const formatShare = (count, total) => (total === 0 ? '' : `${((100 * count) / total).toFixed(2)} %`);

/** Lists counts by code, highest first. */
export const formatCodes = (codes) =>
  Object.entries(codes)
    .sort(([, one], [, other]) => other - one)
    .map(([code, count]) => `${code} ${formatCount(count)}`)
    .join(', ');
