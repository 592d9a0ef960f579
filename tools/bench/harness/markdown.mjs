import { ratio } from './goals.mjs';
import { groupByMeasurement } from './report.mjs';
import { formatNumber } from '../../measurement/table.mjs';

const columns = [
  'id',
  'what',
  'goal',
  'limit',
  'peer',
  'ours',
  'ratio',
  'before',
  'reached',
  'met',
  'round trips',
  'CPU ms per call',
];

/**
 * Returns the document with the figures of a run. `explanations` has a text for measurements that miss a goal,
 * `earlierFigures` a figure of an earlier version for goals (`<id>: <goal>`).
 */
export function toMarkdown(records, { explanations, earlierFigures }) {
  const { machine, measuredAt } = records[0];
  const measurements = groupByMeasurement(records);
  return `# Performance

The last run of \`npm run bench\`, measured on ${measuredAt.slice(0, 10)} on ${machine}. This document is generated from
the JSON output of \`npm run bench -- access\` and \`npm run bench -- platform\`, with \`--from\` and \`--markdown\`.

In every round, the limit (the bare parts: plain clients, PostgreSQL, NATS), peers and Cordée run one after the other.
The figures are medians of the rounds (${records[0].rounds}). The column “reached” has the figure of the goal,
“before” the same figure before this path was made faster, measured on a busy machine.
Read the ratios: rates hold on this machine only. Round trips to PostgreSQL and CPU time per call hold on
similar machines. The JSON output has the range of each figure.

${table(
  columns,
  measurements.flatMap((measurement) => goalRows(measurement, earlierFigures)),
)}
${measurements.map(tablesOf).join('')}
## Missed goals

${missedGoalsText(measurements, explanations)}`;
}

function goalRows({ id, title, goals, results }, earlierFigures) {
  return goals.map(({ goal, reached, met, unit, limit, peers, ours }) => {
    const subjectName = ours?.name ?? title;
    return [
      id,
      subjectName,
      goal,
      figureOf(limit, unit),
      peers.map((peer) => `${peer.name}: ${peer.missing ?? figureOf(peer, unit)}`).join(', '),
      figureOf(ours, unit),
      ratioOf(results, ours, limit),
      earlierFigures[`${id}: ${goal}`] ?? '',
      reached === null ? 'not measured' : formatNumber(reached),
      { true: 'yes', false: 'no', null: '?' }[met],
      roundTripsOf(ours, limit),
      cpuOf(ours, limit),
    ];
  });
}

const figureOf = (result, unit) =>
  result && typeof result.median === 'number' ? `${formatNumber(result.median)} ${result.unit ?? unit}` : '';

/** The ratio of our figure and the limit, as the median of the rounds. */
function ratioOf(results, ours, limit) {
  const medianRatio =
    ours?.name && limit?.name && ours.name !== limit.name ? ratio(results, ours.name, limit.name) : null;
  return medianRatio === null ? '' : formatNumber(medianRatio);
}

function roundTripsOf(ours, limit) {
  if (ours?.roundTrips === undefined) return '';
  return limit?.role !== 'limit' || limit.roundTrips === undefined
    ? `${ours.roundTrips}`
    : `${ours.roundTrips} (limit ${limit.roundTrips})`;
}

function cpuOf(ours, limit) {
  const text = (result) =>
    Object.entries(result?.cpuMsPerOperation ?? {})
      .map(([name, value]) => `${name} ${formatNumber(value)}`)
      .join(', ');
  if (!text(ours)) return '';
  return text(limit) ? `${text(ours)} (limit: ${text(limit)})` : text(ours);
}

function tablesOf({ id, title, tables }) {
  return tables
    .map(({ title: heading, columns: heads, rows }) => `\n## ${id}: ${title}\n\n${heading}\n\n${table(heads, rows)}`)
    .join('');
}

function missedGoalsText(measurements, explanations) {
  const lines = measurements.flatMap(({ id, goals }) => {
    const missedGoals = goals.filter(({ met }) => met !== true);
    if (missedGoals.length === 0) return [];
    const list = missedGoals.map(
      ({ goal, reached }) => `“${goal}”: ${reached === null ? 'not measured' : formatNumber(reached)}`,
    );
    return [`- **${id}**: ${list.join('; ')}. ${explanations[id] ?? ''}`.trimEnd()];
  });
  return lines.length > 0 ? `${lines.join('\n')}\n` : 'All goals are met.\n';
}

function table(heads, rows) {
  const text = (value) =>
    (typeof value === 'number' ? formatNumber(value) : String(value ?? ''))
      .replaceAll('|', '\\|')
      .replaceAll('\n', ' ');
  const line = (cells) => `| ${heads.map((_, index) => text(cells[index])).join(' | ')} |\n`;
  return line(heads) + line(heads.map(() => '---')) + rows.map(line).join('');
}
