import { limitOf, ratio } from './goals.mjs';
import { groupByMeasurement } from './report.mjs';
import { formatNumber } from '../../measurement/table.mjs';

const style = `
:root { color-scheme: light dark; --text: #1d2430; --quiet: #5a6576; --page: #ffffff; --line: #dfe4ec;
  --limit: #9aa6b8; --peer: #c08a3e; --ours: #2f6fde; --variant: #8fb3f0; --met: #1a7f4b; --missed: #c0392b; }
@media (prefers-color-scheme: dark) { :root { --text: #e6eaf2; --quiet: #9aa6b8; --page: #151a22; --line: #2b3442;
  --limit: #66738a; --peer: #d9a860; --ours: #5b94f5; --variant: #375a94; --met: #4cc38a; --missed: #ff7b6b; } }
body { margin: 2rem auto; padding: 0 1rem; max-width: 72rem; font: 15px/1.5 system-ui, sans-serif;
  color: var(--text); background: var(--page); }
h1 { font-size: 1.6rem; margin-bottom: 0; } h2 { font-size: 1.15rem; margin: 2.2rem 0 .4rem; }
p, li { color: var(--quiet); } p { margin: .2rem 0 .6rem; }
svg { width: 100%; height: auto; font: 13px system-ui, sans-serif; } svg text { fill: var(--text); }
svg .quiet { fill: var(--quiet); } .range { stroke: var(--text); stroke-width: 1; opacity: .6; }
.limit { fill: var(--limit); } .peer { fill: var(--peer); }
.ours { fill: var(--ours); } .variant { fill: var(--variant); }
.key span { display: inline-block; width: .8em; height: .8em; margin: 0 .35em 0 1em; border-radius: 2px; }
ul { list-style: none; padding: 0; margin: .4rem 0; } li.met::before { content: "✔ "; color: var(--met); }
li.missed::before { content: "✘ "; color: var(--missed); } li.unknown::before { content: "? "; }
.scroll { overflow-x: auto; } table { border-collapse: collapse; font-size: 13px; margin: .5rem 0; }
th, td { padding: .2rem .7rem; border-bottom: 1px solid var(--line); text-align: right; }
th:first-child, td:first-child { text-align: left; } th { color: var(--quiet); font-weight: 500; }
`;

/** Returns a page with bars for the figures of a run. The page needs no other file. */
export function toHtml(records, areaTitle) {
  const { machine, measuredAt, rounds } = records[0];
  const legend = [
    ['limit', 'limit: the bare parts'],
    ['peer', 'peer'],
    ['ours', 'Cordée'],
    ['variant', 'variant'],
  ].map(([role, text]) => `<span style="background: var(--${role})"></span>${text}`);
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>Benchmarks of Cordée: ${escape(areaTitle)}</title><style>${style}</style></head><body>
<h1>Benchmarks of Cordée</h1>
<p>${escape(areaTitle)}. ${escape(measuredAt.slice(0, 16).replace('T', ' '))} UTC, ${escape(machine)}, medians of
${rounds} ${rounds === 1 ? 'round' : 'rounds'}; the thin line on a bar is the range of the rounds.</p>
<p class="key">${legend.join('')}</p>
${groupByMeasurement(records).map(section).join('\n')}
</body></html>
`;
}

function section({ id, title, unit, results, tables, notes, goals }) {
  return `<h2>${escape(id)}: ${escape(title)}</h2>
${bars(results, unit)}
<ul>${goals.map(goalItem).join('')}</ul>
${tables.map(tableOf).join('')}
${notes.map((note) => `<p>${escape(note)}</p>`).join('')}`;
}

function goalItem({ goal, reached, met, ours }) {
  const state = { true: 'met', false: 'missed', null: 'unknown' }[met];
  const name = ours?.name && !goal.includes(ours.name) ? ` (${ours.name})` : '';
  const figure = reached === null ? 'not measured' : formatNumber(reached);
  return `<li class="${state}">${escape(`${goal}${name}: ${figure}`)}</li>`;
}

/** The widths of the drawing, of the labels and of the figures; the heights of a row and of a bar. In SVG units. */
const [WIDTH, LABEL, FIGURES, ROW, BAR] = [1_120, 400, 340, 36, 18];

/** Bars with the median of each result. Results of another limit or another unit have another scale. */
function bars(results, unit) {
  const shownResults = results
    .filter(({ missing }) => !missing)
    .map((result) => ({ ...result, unit: result.unit ?? unit }));
  if (shownResults.length === 0) return '';
  const rows = shownResults.map((result, index) => {
    const comparableResults = shownResults.filter((other) => other.of === result.of && other.unit === result.unit);
    return bar(
      result,
      index * ROW,
      Math.max(...comparableResults.map(({ range }) => range[1])),
      limitOf(result, shownResults),
      shownResults,
    );
  });
  return `<svg viewBox="0 0 ${WIDTH} ${shownResults.length * ROW + 4}" role="img">${rows.join('\n')}</svg>`;
}

function bar(result, top, maxValue, limit, results) {
  const { name, role, median, range, unit, roundTrips, latencyMs, cpuMsPerOperation } = result;
  const x = (value) => LABEL + ((WIDTH - LABEL - FIGURES) * Math.max(0, value)) / (maxValue || 1);
  const middle = top + ROW / 2;
  const cpu = Object.entries(cpuMsPerOperation).map(([process, value]) => `${process} ${formatNumber(value)}`);
  const figures = [
    `${formatNumber(median)} ${unit}`,
    ...(latencyMs.p99 === undefined ? [] : [`p99 ${formatNumber(latencyMs.p99)} ms`]),
  ];
  const details = [
    ...(limit && limit.name !== name ? [`${formatNumber(ratio(results, name, limit.name))} of the limit`] : []),
    ...(roundTrips === undefined ? [] : [`${roundTrips} round trips`]),
    ...(cpu.length === 0 ? [] : [`CPU ${formatNumber(sum(Object.values(cpuMsPerOperation)))} ms per call`]),
  ];
  const text = (content, left, y, attributes = '') =>
    `<text x="${left}" y="${y}" ${attributes}>${escape(content)}</text>`;
  const figuresLeft = WIDTH - FIGURES + 10;
  return `<g><title>${escape(`${name}: CPU ms per operation: ${cpu.join(', ') || 'not measured'}`)}</title>
${text(shorten(name), LABEL - 10, middle + 4, 'text-anchor="end"')}
<rect class="${role}" x="${LABEL}" y="${middle - BAR / 2}" width="${Math.max(1, x(median) - LABEL)}"
  height="${BAR}" rx="2"/>
<line class="range" x1="${x(range[0])}" x2="${x(range[1])}" y1="${middle}" y2="${middle}"/>
${text(figures.join(', '), figuresLeft, details.length === 0 ? middle + 4 : middle - 2)}
${text(details.join(' · '), figuresLeft, middle + 12, 'class="quiet" font-size="11"')}</g>`;
}

const sum = (values) => values.reduce((total, value) => total + value, 0);

const MAX_LABEL = 52;
const shorten = (name) => (name.length > MAX_LABEL ? `${name.slice(0, MAX_LABEL - 1)}…` : name);

function tableOf({ title, columns, rows }) {
  const cell = (value) => escape(typeof value === 'number' ? formatNumber(value) : String(value ?? ''));
  const line = (cells, tag) =>
    `<tr>${columns.map((_, index) => `<${tag}>${cell(cells[index])}</${tag}>`).join('')}</tr>`;
  return `<p>${escape(title)}</p><div class="scroll"><table>${line(columns, 'th')}${rows
    .map((row) => line(row, 'td'))
    .join('')}</table></div>`;
}

const entities = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
const escape = (text) => String(text).replaceAll(/[&<>"]/g, (character) => entities[character]);
