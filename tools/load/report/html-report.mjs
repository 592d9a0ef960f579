import { formatNumber } from '../../measurement/table.mjs';
import { escapeHtml } from './escape-html.mjs';
import { reportPlots } from './plots.mjs';
import { stylesheet } from './stylesheet.mjs';
import { reportTables } from './tables.mjs';

/** Returns the report as the text of one HTML file, which has no scripts and loads no other files. */
export function htmlReport(report) {
  const time = report.startedAt.replace('T', ' ').slice(0, 'YYYY-MM-DD hh:mm'.length);
  const title = `Load: ${report.scenario}, ${time} UTC`;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width,initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${escapeHtml(title)}</title>
<style>${stylesheet}</style>
</head>
<body>
<main>
<h1>${escapeHtml(title)}</h1>
<p>${escapeHtml(describeRun(report))}</p>
${thresholdList(report)}
${noteList(report)}
${reportTables(report).map(tableHtml).join('\n')}
${reportPlots(report).map(plotHtml).join('\n')}
</main>
</body>
</html>
`;
}

function describeRun({ title, url, runId, options, data, setUpSeconds, generatorCpu }) {
  const { organizations, people, products, teams } = data.main;
  return (
    `${title}. Address ${url}, run ${runId}, seed ${options.seed}. ${organizations} organizations with ` +
    `${people} people, ${products} products and ${teams} teams each, created in ${setUpSeconds.toFixed(1)} s. ` +
    `The generator used ${Math.round(generatorCpu * 100)} % of a core.`
  );
}

function thresholdList({ thresholds, isPassed }) {
  const items = thresholds.map(({ threshold, value, isMet }) => {
    const valueText = value === null ? 'not measured' : formatNumber(value);
    const text = escapeHtml(`${threshold}: ${valueText}`);
    return `<li class="${isMet ? 'met' : 'missed'}">${isMet ? '✔' : '✘'} ${text}</li>`;
  });
  const verdict = `<p class="${isPassed ? 'met' : 'missed'}">${isPassed ? '✔ passed' : '✘ not passed'}</p>`;
  return `${verdict}${items.length > 0 ? `<ul class="thresholds">${items.join('')}</ul>` : ''}`;
}

const noteList = ({ notes }) =>
  notes.length > 0 ? `<ul class="notes">${notes.map((note) => `<li>${escapeHtml(note)}</li>`).join('')}</ul>` : '';

/** Numbers are aligned on the right. A column without values is left out. */
function tableHtml({ title, columns, rows }) {
  const isText = (column) => ['', 'phase', 'stream', 'step', 'process', 'codes'].includes(column);
  const hasValues = columns.map((_, index) => rows.some((row) => row[index]));
  const cell = (tag, value, column) =>
    `<${tag}${isText(column) ? '' : ' class="number"'}>${escapeHtml(value ?? '')}</${tag}>`;
  const cells = (row, tag) =>
    columns.map((column, index) => (hasValues[index] ? cell(tag, row[index], column) : '')).join('');
  return `<h2>${escapeHtml(title)}</h2>
<div class="scroll"><table>
<thead><tr>${cells(columns, 'th')}</tr></thead>
<tbody>${rows.map((row) => `<tr>${cells(row, 'td')}</tr>`).join('\n')}</tbody>
</table></div>`;
}

const plotHtml = ({ title, text, svg }) => `<section><h2>${escapeHtml(title)}</h2>
<p>${escapeHtml(text)}</p>
${svg}</section>`;
