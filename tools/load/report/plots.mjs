import { lineChart } from './line-chart.mjs';

const SECONDS = 'seconds since the start of the run';
const COLOUR_COUNT = 8;

/** Returns the plots of the HTML report: `{ title, svg, text }`. A plot without figures is left out. */
export function reportPlots({ timeline, ops, phases }) {
  const maxX = Math.max(1, ...timeline.main.map(({ at }) => at));
  const bands = phases.map(({ title, measured }) => ({ ...measured, label: title }));
  const drawOverTime = (options) => lineChart({ xLabel: SECONDS, maxX, bands, ...options });
  const streams = Object.keys(timeline);
  return [
    ...(phases.length > 1 ? ratePlots(phases) : []),
    ...streams.flatMap((name) => streamPlots(name, timeline[name], drawOverTime)),
    ...processPlots(ops, drawOverTime),
  ];
}

function streamPlots(name, points, drawOverTime) {
  const prefix = name === 'beside' ? 'Stream beside: ' : '';
  const seriesOf = (title, style, key) => ({
    name: title,
    style,
    points: points.map((point) => ({ x: point.at, y: point[key] })),
  });
  return [
    {
      title: `${prefix}rate`,
      text: 'Planned requests and successful answers, by the second of their arrival. Measured phases are shaded.',
      svg: drawOverTime({
        yLabel: 'requests per second',
        series: [seriesOf('planned', 'planned', 'planned'), seriesOf('successful', 'c0', 'ok')],
      }),
    },
    {
      title: `${prefix}latency of successful requests`,
      text: 'From the planned instant to the complete answer. The scale is logarithmic.',
      svg: drawOverTime({
        yLabel: 'milliseconds',
        isLogarithmic: true,
        series: [seriesOf('p50', 'c0', 'p50'), seriesOf('p95', 'c1', 'p95'), seriesOf('p99', 'c2', 'p99')],
      }),
    },
    {
      title: `${prefix}shed requests and errors`,
      text: 'Shed: 429 or 503 as a problem with Retry-After. Errors: every other failure, and no answer in time.',
      svg: drawOverTime({
        yLabel: 'requests per second',
        series: [seriesOf('shed', 'shed', 'shed'), seriesOf('errors', 'error', 'errors')],
      }),
    },
  ];
}

/** Returns the plots of goodput and latencies of each phase over its rate. */
function ratePlots(phases) {
  const sortedPhases = phases.toSorted((one, other) => one.rate - other.rate);
  const maxX = sortedPhases.at(-1).rate;
  const drawOverRate = (options) =>
    lineChart({ xLabel: 'planned requests per second', maxX, hasMarks: true, ...options });
  const seriesOf = (name, style, read) => ({
    name,
    style,
    points: sortedPhases.map((phase) => ({ x: phase.rate, y: read(phase) })),
  });
  return [
    {
      title: 'goodput over rate',
      text: 'One point per phase. The knee is where goodput leaves the planned rate.',
      svg: drawOverRate({
        yLabel: 'successful answers per second',
        series: [
          seriesOf('planned', 'planned', ({ rate }) => rate),
          seriesOf('goodput', 'c0', ({ main }) => main.goodput),
        ],
      }),
    },
    {
      title: 'latency over rate',
      text: 'One point per phase. The scale is logarithmic.',
      svg: drawOverRate({
        yLabel: 'milliseconds',
        isLogarithmic: true,
        series: [
          seriesOf('p50', 'c0', ({ main }) => main.latency.ok.p50),
          seriesOf('p95', 'c1', ({ main }) => main.latency.ok.p95),
          seriesOf('p99', 'c2', ({ main }) => main.latency.ok.p99),
        ],
      }),
    },
  ];
}

function processPlots(ops, drawOverTime) {
  const plots = [
    ['cpu', 'CPU per process', 'percent of one core', 'process_cpu_seconds_total', 100],
    [
      'roundTrips',
      'round trips to PostgreSQL per process',
      'round trips per second',
      'cordee_database_round_trips_total',
      1,
    ],
    ['consumerLag', 'consumer lag per process', 'events waiting', 'cordee_consumer_pending', 1],
  ];
  return plots.flatMap(([key, title, yLabel, metric, factor]) => {
    // A process has the same colour in all plots, also where another process has no figures.
    const series = ops
      .map(({ name, points }, index) => ({
        name,
        style: `c${index % COLOUR_COUNT}${index < COLOUR_COUNT ? '' : ' dashed'}`,
        points: points[key].map(({ at, value }) => ({ x: at, y: value * factor })),
      }))
      .filter(({ points }) => points.length > 0);
    return series.length === 0 ? [] : [{ title, text: `From ${metric}.`, svg: drawOverTime({ yLabel, series }) }];
  });
}
