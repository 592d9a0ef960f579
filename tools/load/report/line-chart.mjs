import { exactAxis, formatTick, linearAxis, logAxis } from './axis.mjs';
import { escapeHtml } from './escape-html.mjs';

const WIDTH = 760;
const PLOT_HEIGHT = 180;
const margin = { left: 64, right: 16, top: 30, bottom: 38 };
const plotWidth = WIDTH - margin.left - margin.right;
const LEGEND_ROW_HEIGHT = 17;
const CHARACTER_WIDTH = 6.6;
const SWATCH_WIDTH = 24;
const LEGEND_GAP = 16;
const MAX_POINTS = 600;

/**
 * Draws lines as SVG. `series` has `{ name, style, points: [{ x, y }] }`; `style` is a class of the stylesheet. A point
 * without `y` interrupts its line. `bands` are shaded ranges of x, `{ from, to, label }`. `hasMarks` draws a circle at
 * each point.
 */
export function lineChart({ xLabel, yLabel, series, bands = [], isLogarithmic = false, maxX, hasMarks = false }) {
  const ys = series.flatMap(({ points }) => points.map(({ y }) => y)).filter(Number.isFinite);
  const xAxis = exactAxis(maxX);
  const positiveYs = ys.filter((y) => y > 0);
  const yAxis = isLogarithmic ? logAxis(minOf(positiveYs, 1), maxOf(positiveYs, 10)) : linearAxis(maxOf(ys, 1));
  const legend = drawLegend(series);
  const top = margin.top + legend.rows * LEGEND_ROW_HEIGHT;
  const bottom = top + PLOT_HEIGHT;
  const height = bottom + margin.bottom;
  const x = (value) => round(margin.left + xAxis.position(value) * plotWidth);
  const y = (value) => round(top + (1 - yAxis.position(value)) * PLOT_HEIGHT);
  return [
    `<svg viewBox="0 0 ${WIDTH} ${height}" role="img" aria-label="${escapeHtml(`${yLabel} over ${xLabel}`)}">`,
    ...bands.map(({ from, to, label }) => drawBand({ from: x(from), to: x(to), top, label })),
    ...yAxis.ticks.map((tick) => drawYTick(y(tick), formatTick(tick))),
    ...xAxis.ticks.map((tick) => text('tick', x(tick), bottom + 16, formatTick(tick), 'middle')),
    text('label', margin.left, top - 10, yLabel),
    text('label', margin.left + plotWidth / 2, height - 4, xLabel, 'middle'),
    ...series.map(({ style, points }) => drawLine(style, thinOut(points, MAX_POINTS), { x, y, hasMarks })),
    ...legend.parts,
    '</svg>',
  ].join('\n');
}

/** Keeps at most `max` points. Each kept point is the highest of its neighbours, because peaks matter most. */
export function thinOut(points, max) {
  if (points.length <= max) return points;
  const size = Math.ceil(points.length / max);
  return Array.from({ length: Math.ceil(points.length / size) }, (_, index) =>
    points.slice(index * size, (index + 1) * size).reduce((best, point) => (point.y > (best.y ?? -1) ? point : best)),
  );
}

function drawLine(style, points, { x, y, hasMarks }) {
  let path = '';
  let isInterrupted = true;
  const drawnPoints = points.filter((point) => Number.isFinite(point.y));
  for (const point of points) {
    if (!Number.isFinite(point.y)) {
      isInterrupted = true;
      continue;
    }
    path += `${isInterrupted ? 'M' : 'L'}${x(point.x)} ${y(point.y)}`;
    isInterrupted = false;
  }
  // A single point has no line, so it gets a mark.
  const markedPoints = hasMarks || drawnPoints.length === 1 ? drawnPoints : [];
  const marks = markedPoints.map((point) => `<circle class="${style}" cx="${x(point.x)}" cy="${y(point.y)}" r="3.5"/>`);
  return `<path class="line ${style}" d="${path}"/>${marks.join('')}`;
}

/** Draws the names of the series above the plot, in as many rows as they need. */
function drawLegend(series) {
  const parts = [];
  let [row, left] = [0, margin.left];
  for (const { name, style } of series) {
    const width = SWATCH_WIDTH + name.length * CHARACTER_WIDTH;
    if (left > margin.left && left + width > WIDTH - margin.right) [row, left] = [row + 1, margin.left];
    const baseline = 14 + row * LEGEND_ROW_HEIGHT;
    parts.push(`<path class="line ${style}" d="M${round(left)} ${baseline - 4}h18"/>`);
    parts.push(text('legend', left + SWATCH_WIDTH, baseline, name));
    left += width + LEGEND_GAP;
  }
  return { rows: row + 1, parts };
}

function drawBand({ from, to, top, label }) {
  const width = round(Math.max(0, to - from));
  const labelSvg = label && label.length * CHARACTER_WIDTH < width ? text('tick', from + 4, top + 12, label) : '';
  return `<rect class="band" x="${from}" y="${top}" width="${width}" height="${PLOT_HEIGHT}"/>${labelSvg}`;
}

const drawYTick = (at, label) =>
  `<path class="grid" d="M${margin.left} ${at}H${margin.left + plotWidth}"/>` +
  text('tick', margin.left - 8, at + 4, label, 'end');
const text = (style, x, y, content, anchor = 'start') =>
  `<text class="${style}" x="${round(x)}" y="${round(y)}" text-anchor="${anchor}">${escapeHtml(content)}</text>`;
const round = (value) => Math.round(value * 10) / 10;
const maxOf = (values, fallback) => (values.length ? values.reduce((one, other) => Math.max(one, other)) : fallback);
const minOf = (values, fallback) => (values.length ? values.reduce((one, other) => Math.min(one, other)) : fallback);
