import { startChild } from '../harness/child.mjs';
import { atMost } from '../harness/goals.mjs';
import { progress } from '../harness/progress.mjs';

const SCALES = [0.1, 1, 10];

/** Costs in organizations of three sizes. Each size has its own process, so that nothing else is on its heap. */
export const growth = {
  id: 'growth',
  title: 'cost in organizations of 0.1, 1 and 10 times the size',
  async open({ seed, rounds, logs, profile }) {
    const samples = [];
    const growthOf = (read) => read(samples[2]) / read(samples[1]);
    return {
      unit: 'times the cost',
      tables: [
        async () => {
          for (const scale of SCALES) {
            progress(`growth: × ${scale}`);
            const child = await startChild(
              new URL('growth.process.mjs', import.meta.url),
              { seed, scale, rounds },
              { logs, profile, memory: 12_288 },
            );
            samples.push(await child.ask('measure'));
            await child.stop();
          }
          const row = (name, read) => [name, ...samples.map(read), growthOf(read)];
          return {
            title: `Medians of ${rounds} rounds:`,
            columns: ['', ...SCALES.map((scale) => `× ${scale}`), 'growth to × 10'],
            rows: [
              row('grants', ({ grants }) => grants),
              row('cold load, ms', ({ loadMs }) => loadMs),
              row('  per grant, µs', ({ loadMs, grants }) => (loadMs * 1_000) / grants),
              row('check, µs', ({ checkUs }) => checkUs),
              row('first check of a person, µs', ({ firstUs }) => firstUs),
              row('whatCan, µs', ({ whatCanUs }) => whatCanUs),
              row('  listed objects', ({ holdings }) => holdings),
              row('  per object, µs', ({ whatCanUs, holdings }) => whatCanUs / holdings),
              row('whoHas, µs', ({ whoHasUs }) => whoHasUs),
              row('  listed people', ({ holders }) => holders),
              row('  per person, µs', ({ whoHasUs, holders }) => whoHasUs / holders),
              row(
                'heap per grant before the first check, bytes',
                ({ snapshotBytes, grants }) => snapshotBytes / grants,
              ),
              row('  estimate (weight)', ({ snapshotWeight, grants }) => snapshotWeight / grants),
              row('heap per checked person, bytes', ({ peopleBytes, people }) => peopleBytes / people),
              row('total heap, MiB', ({ allBytes }) => allBytes / 1_048_576),
              row('  heap / weight', ({ allBytes, allWeight }) => allBytes / allWeight),
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
