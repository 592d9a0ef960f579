import { formatCodes, formatCount, formatMs, formatRate, formatShare } from './format.mjs';

const streamPrefixes = { main: '', beside: 'beside: ' };
const latencyColumns = ['p50', 'p95', 'p99', 'p99.9', 'max'];
const kinds = [
  ['ok', 'successful'],
  ['shed', 'shed'],
  ['error', 'errors'],
];

/** Returns the tables of the console and of the HTML report: `{ title, columns, rows }`. Cells are text. */
export function reportTables({ phases, ops }) {
  const lastPhase = phases.at(-1);
  const streams = ['main', 'beside'].filter((name) => lastPhase?.[name]);
  return [
    phaseTable(phases),
    ...streams.map((name) => outcomeTable(`${streamPrefixes[name]}outcomes of the last phase`, lastPhase[name])),
    ...streams.map((name) => stepTable(`${streamPrefixes[name]}steps of the last phase`, lastPhase[name])),
    ...(lastPhase && ops.length > 0 ? [processTable(ops, lastPhase.measured)] : []),
  ];
}

function phaseTable(phases) {
  const columns = ['phase', 'stream', 'planned/s', 'goodput/s', 'shed', 'errors', 'p50 ms', 'p95 ms', 'p99 ms'];
  const rows = phases.flatMap((phase) =>
    ['main', 'beside']
      .filter((name) => phase[name])
      .map((name) => {
        const { rate, planned, goodput, shed, errors, latency } = phase[name];
        const { p50, p95, p99 } = latency.ok;
        return [
          phase.title,
          name,
          formatRate(rate),
          formatRate(goodput),
          formatShare(shed, planned),
          formatShare(errors, planned),
          formatMs(p50),
          formatMs(p95),
          formatMs(p99),
        ];
      }),
  );
  return { title: 'phases', columns, rows };
}

/** Latencies of successful, shed and failed requests, with the codes of the last two. */
function outcomeTable(title, result) {
  const counts = { ok: result.ok, shed: result.shed, error: result.errors };
  return {
    title,
    columns: ['', 'requests', 'share', ...latencyColumns.map((name) => `${name} ms`), 'codes'],
    rows: kinds
      .filter(([kind]) => kind === 'ok' || counts[kind] > 0)
      .map(([kind, name]) => [
        name,
        formatCount(counts[kind]),
        formatShare(counts[kind], result.planned),
        ...latencyColumns.map((column) => formatMs(result.latency[kind][column])),
        formatCodes(result.codes[kind] ?? {}),
      ]),
  };
}

function stepTable(title, { steps }) {
  return {
    title,
    columns: ['step', 'requests', 'shed', 'errors', ...latencyColumns.map((name) => `${name} ms`)],
    rows: Object.entries(steps)
      .sort(([, one], [, other]) => other.planned - one.planned)
      .map(([step, { planned, shed, errors, latency }]) => [
        step,
        formatCount(planned),
        shed ? formatCount(shed) : '',
        errors ? formatCount(errors) : '',
        ...latencyColumns.map((column) => formatMs(latency.ok[column])),
      ]),
  };
}

/** A point describes the second before it, so a point up to a second after the phase counts. */
const POINT_SECONDS = 1;

/** The load of each process in the last phase, the busiest process first. */
function processTable(ops, { from, to }) {
  const rows = ops
    .map(({ name, points }) => {
      const valuesOf = (key) =>
        points[key].filter(({ at }) => at > from && at <= to + POINT_SECONDS).map(({ value }) => value);
      const [cpu, roundTrips, lag] = [valuesOf('cpu'), valuesOf('roundTrips'), valuesOf('consumerLag')];
      return { name, cpu: mean(cpu), highestCpu: highest(cpu), roundTrips: mean(roundTrips), lag: highest(lag) };
    })
    .toSorted((one, other) => (other.cpu ?? 0) - (one.cpu ?? 0));
  return {
    title: 'processes in the last phase',
    columns: ['process', 'CPU % of a core', 'highest', 'round trips/s', 'highest consumer lag'],
    rows: rows.map(({ name, cpu, highestCpu, roundTrips, lag }) => [
      name,
      formatPercent(cpu),
      formatPercent(highestCpu),
      roundTrips === undefined ? '' : formatRate(roundTrips),
      lag === undefined ? '' : formatCount(lag),
    ]),
  };
}

const mean = (values) =>
  values.length === 0 ? undefined : values.reduce((sum, value) => sum + value, 0) / values.length;
const highest = (values) => (values.length === 0 ? undefined : Math.max(...values));
const formatPercent = (share) => (share === undefined ? '' : `${Math.round(100 * share)} %`);
