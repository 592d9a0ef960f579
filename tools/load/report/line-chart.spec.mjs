import { describe, expect, test } from '@jest/globals';
import { lineChart, thinOut } from './line-chart.mjs';

const chart = (changes) =>
  lineChart({
    xLabel: 'seconds',
    yLabel: 'requests per second',
    maxX: 10,
    series: [
      {
        name: 'ok <1>',
        style: 'ok',
        points: [
          { x: 0, y: 0 },
          { x: 5, y: 50 },
          { x: 10, y: 100 },
        ],
      },
    ],
    ...changes,
  });

describe('a line chart', () => {
  test('draws the points between the corners of the plot', () => {
    expect(chart()).toContain('d="M64 227L404 137L744 47"');
  });

  test('has labels of both axes and escapes names', () => {
    expect(chart()).toContain('>requests per second<');
    expect(chart()).toContain('>seconds<');
    expect(chart()).toContain('>ok &#60;1&#62;<');
  });

  test('puts many names into several rows', () => {
    const names = Array.from({ length: 20 }, (_, index) => `process ${index}`);
    const svg = chart({ series: names.map((name) => ({ name, style: 'c0', points: [] })) });
    const positions = [...svg.matchAll(/class="legend" x="([\d.]+)" y="(\d+)"/g)].map(([, x, y]) => [
      Number(x),
      Number(y),
    ]);
    expect(positions).toHaveLength(20);
    expect(new Set(positions.map(String)).size).toBe(20);
    expect(new Set(positions.map(([, y]) => y)).size).toBe(4);
    expect(Math.max(...positions.map(([x]) => x))).toBeLessThan(700);
  });

  test('interrupts a line where a value is missing', () => {
    const points = [{ x: 0, y: 100 }, { x: 1, y: 100 }, { x: 2 }, { x: 3, y: 100 }];
    expect(chart({ series: [{ name: 'p50', style: 'p50', points }] })).toContain('d="M64 47L132 47M268 47"');
  });

  test.each([[[]], [[{ x: 1 }]], [[{ x: 1, y: 0 }]]])('can be drawn from the points %j', (points) => {
    for (const isLogarithmic of [true, false]) {
      const svg = chart({ isLogarithmic, series: [{ name: 'p50', style: 'p50', points }] });
      expect(svg).not.toMatch(/NaN|Infinity|undefined/);
    }
  });
});

test('thinning out keeps the peaks', () => {
  const points = Array.from({ length: 10_000 }, (_, x) => ({ x, y: x === 4_321 ? 99 : 1 }));
  const thinned = thinOut(points, 600);
  expect(thinned.length).toBeLessThanOrEqual(600);
  expect(thinned).toContainEqual({ x: 4_321, y: 99 });
});
