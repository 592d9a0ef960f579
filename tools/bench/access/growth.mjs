import { startChild } from '../harness/child.mjs';
import { atMost } from '../harness/goals.mjs';
import { progress } from '../harness/progress.mjs';

const SCALES = [0.1, 1, 10];

/** Measures the costs in organizations of three sizes. Each size has its own process and therefore its own heap. */
export const growth = {
  id: 'growth',
  title: 'costs in organizations of 0.1, 1 and 10 times the standard size',
  async open({ seed, rounds, logs, profile: cpuProfileFolder }) {
    const samples = [];
    const growthOf = (read) => {
      const [, standardSize, tenfoldSize] = samples;
      return read(tenfoldSize) / read(standardSize);
    };
    return {
      unit: 'times the cost',
      tables: [
        async () => {
          for (const scale of SCALES) {
            progress(`growth: × ${scale}`);
            const child = await startChild(
              new URL('growth.process.mjs', import.meta.url),
              { seed, scale, rounds },
              { logs, profile: cpuProfileFolder, memoryMib: 12_288 },
            );
            samples.push(await child.ask('measure'));
            await child.stop();
          }
          const toRow = (name, read) => [name, ...samples.map(read), growthOf(read)];
          return {
            title: `Medians of ${rounds} rounds:`,
            columns: ['', ...SCALES.map((scale) => `× ${scale}`), 'growth to × 10'],
            rows: [
              toRow('grants', ({ grants }) => grants),
              toRow('cold load, ms', ({ loadMs }) => loadMs),
              toRow('  per grant, µs', ({ loadMs, grants }) => (loadMs * 1_000) / grants),
              toRow('check, µs', ({ checkUs }) => checkUs),
              toRow('first check of a person, µs', ({ firstUs }) => firstUs),
              toRow('whatCan, µs', ({ whatCanUs }) => whatCanUs),
              toRow('  listed objects', ({ holdings }) => holdings),
              toRow('  per object, µs', ({ whatCanUs, holdings }) => whatCanUs / holdings),
              toRow('whoHas, µs', ({ whoHasUs }) => whoHasUs),
              toRow('  listed people', ({ holders }) => holders),
              toRow('  per person, µs', ({ whoHasUs, holders }) => whoHasUs / holders),
              toRow(
                'heap per grant before the first check, bytes',
                ({ snapshotBytes, grants }) => snapshotBytes / grants,
              ),
              toRow('  estimate (weight)', ({ snapshotWeight, grants }) => snapshotWeight / grants),
              toRow('heap per checked person, bytes', ({ peopleBytes, people }) => peopleBytes / people),
              toRow('total heap, MiB', ({ allBytes }) => allBytes / 1_048_576),
              toRow('  heap / weight', ({ allBytes, allWeight }) => allBytes / allWeight),
            ],
          };
        },
      ],
      goals: [
        ['cold load per grant', ({ loadMs, grants }) => loadMs / grants],
        ['check', ({ checkUs }) => checkUs],
        ['whatCan per object', ({ whatCanUs, holdings }) => whatCanUs / holdings],
        ['whoHas per person', ({ whoHasUs, holders }) => whoHasUs / holders],
        ['heap per grant', ({ snapshotBytes, grants }) => snapshotBytes / grants],
      ].map(([name, read]) => atMost(1.5, `${name}: ≤ 1.5 × at ten times the size`, () => growthOf(read))),
    };
  },
};
