/** Buckets per power of two. A quantile differs from the exact value by at most 0.4 % and half a microsecond. */
const BUCKETS_PER_DOUBLING = 128;
const BITS_PER_DOUBLING = Math.log2(BUCKETS_PER_DOUBLING);
/** Values below this number of microseconds have a bucket each. */
const LINEAR_LIMIT = 2 * BUCKETS_PER_DOUBLING;
/** The largest value is about 36 minutes; larger values are recorded as this value. */
const MAX_MICROSECONDS = 2 ** 31 - 1;
const BUCKET_COUNT = bucketOf(MAX_MICROSECONDS) + 1;

/**
 * Counts latencies in logarithmic buckets, like HdrHistogram. The memory does not depend on the number of values. The
 * maximum is exact.
 */
export class LatencyHistogram {
  #counts = new Uint32Array(BUCKET_COUNT);
  count = 0;
  max = 0;
  #sum = 0;

  record(ms) {
    this.#counts[bucketOf(Math.min(MAX_MICROSECONDS, Math.max(0, Math.round(ms * 1_000))))] += 1;
    this.count += 1;
    this.#sum += ms;
    if (ms > this.max) this.max = ms;
  }

  get mean() {
    return this.count === 0 ? NaN : this.#sum / this.count;
  }

  /** Returns the latency in milliseconds below which this share of the values lies. */
  quantile(share) {
    if (this.count === 0) return NaN;
    const rank = Math.min(this.count, Math.max(1, Math.ceil(share * this.count)));
    let countSoFar = 0;
    for (let bucket = 0; bucket < BUCKET_COUNT; bucket += 1) {
      countSoFar += this.#counts[bucket];
      if (countSoFar >= rank) return Math.min(this.max, middleOf(bucket) / 1_000);
    }
    return this.max;
  }

  /** Adds the values of another histogram. */
  add(other) {
    for (let bucket = 0; bucket < BUCKET_COUNT; bucket += 1) this.#counts[bucket] += other.#counts[bucket];
    this.count += other.count;
    this.#sum += other.#sum;
    this.max = Math.max(this.max, other.max);
  }

  reset() {
    this.#counts.fill(0);
    [this.count, this.max, this.#sum] = [0, 0, 0];
  }

  /** Returns the usual quantiles in milliseconds. They are undefined without values. */
  summary() {
    if (this.count === 0) return { count: 0 };
    const { count, mean, max } = this;
    return {
      count,
      mean,
      p50: this.quantile(0.5),
      p90: this.quantile(0.9),
      p95: this.quantile(0.95),
      p99: this.quantile(0.99),
      'p99.9': this.quantile(0.999),
      max,
    };
  }
}

function bucketOf(microseconds) {
  if (microseconds < LINEAR_LIMIT) return microseconds;
  const shift = 31 - Math.clz32(microseconds) - BITS_PER_DOUBLING;
  return shift * BUCKETS_PER_DOUBLING + (microseconds >>> shift);
}

/** Returns the middle of a bucket in microseconds. */
function middleOf(bucket) {
  if (bucket < LINEAR_LIMIT) return bucket;
  const shift = Math.floor(bucket / BUCKETS_PER_DOUBLING) - 1;
  const start = (bucket - shift * BUCKETS_PER_DOUBLING) * 2 ** shift;
  return start + (2 ** shift - 1) / 2;
}
