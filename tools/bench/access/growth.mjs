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
              toRow('access of a person (listAccessEntries), µs', ({ entriesUs }) => entriesUs),
              toRow('  listed objects', ({ entries }) => entries),
              toRow('  per object, µs', ({ entriesUs, entries }) => entriesUs / entries),
              toRow('people with a right (findAccountsWithRight), µs', ({ holdersUs }) => holdersUs),
              toRow('  listed people', ({ holders }) => holders),
              toRow('  per person, µs', ({ holdersUs, holders }) => holdersUs / holders),
              toRow(
                'heap per grant before the first check, bytes',
                ({ snapshotBytes, grants }) => snapshotBytes / grants,
              ),
              toRow('  estimate of the cache, bytes', ({ snapshotEstimate, grants }) => snapshotEstimate / grants),
              toRow('heap per checked person, bytes', ({ peopleBytes, people }) => peopleBytes / people),
              toRow('total heap, MiB', ({ allBytes }) => allBytes / 1_048_576),
              toRow('  heap / estimate', ({ allBytes, allEstimate }) => allBytes / allEstimate),
            ],
          };
        },
      ],
      goals: [
        ['cold load per grant', ({ loadMs, grants }) => loadMs / grants],
        ['check', ({ checkUs }) => checkUs],
        ['access of a person, per object', ({ entriesUs, entries }) => entriesUs / entries],
        ['people with a right, per person', ({ holdersUs, holders }) => holdersUs / holders],
        ['heap per grant', ({ snapshotBytes, grants }) => snapshotBytes / grants],
      ].map(([name, read]) => atMost(1.5, `${name}: ≤ 1.5 × at ten times the size`, () => growthOf(read))),
    };
  },
};
