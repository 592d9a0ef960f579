import { startChild } from '../harness/child.mjs';
import { atMost } from '../harness/goals.mjs';
import { progress } from '../harness/progress.mjs';

const SCALES = [0.1, 1, 10];

/** What each thing costs in organizations of three sizes; each in a process of its own, with nothing else on its heap. */
export const growth = {
  id: 'growth',
  title: 'cost in organizations of 0.1, 1 and 10 times the size',
  async open({ seed, rounds, logs, profile }) {
    const found = [];
    const growthOf = (read) => read(found[2]) / read(found[1]);
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
            found.push(await child.ask('measure'));
            await child.stop();
          }
          const row = (name, read) => [name, ...found.map(read), growthOf(read)];
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
              row('  things listed', ({ holdings }) => holdings),
              row('  per thing, µs', ({ whatCanUs, holdings }) => whatCanUs / holdings),
              row('whoHas, µs', ({ whoHasUs }) => whoHasUs),
              row('  people listed', ({ holders }) => holders),
              row('  per person, µs', ({ whoHasUs, holders }) => whoHasUs / holders),
              row(
                'heap per grant before anybody was asked about, bytes',
                ({ snapshotBytes, grants }) => snapshotBytes / grants,
              ),
              row('  said by weight', ({ snapshotWeight, grants }) => snapshotWeight / grants),
              row('heap per person asked about, bytes', ({ standingBytes, people }) => standingBytes / people),
              row('heap in all, MiB', ({ allBytes }) => allBytes / 1_048_576),
              row('  heap / weight', ({ allBytes, allWeight }) => allBytes / allWeight),
            ],
          };
        },
      ],
      goals: [
        ['cold load per grant', ({ loadMs, grants }) => loadMs / grants],
        ['check', ({ checkUs }) => checkUs],
        ['whatCan per thing', ({ whatCanUs, holdings }) => whatCanUs / holdings],
        ['whoHas per person', ({ whoHasUs, holders }) => whoHasUs / holders],
        ['heap per grant', ({ snapshotBytes, grants }) => snapshotBytes / grants],
      ].map(([name, read]) => atMost(1.5, `${name}: ≤ 1.5 × at ten times the size`, () => growthOf(read))),
    };
  },
};
