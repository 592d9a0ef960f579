import { startChild } from '../harness/child.mjs';
import { atMost } from '../harness/goals.mjs';
import { progress } from '../harness/progress.mjs';

const SCALES = [0.1, 1, 10];

/** Measures the costs in organizations of three sizes. Each size has its own process and therefore its own heap. */
export const growth = {
  id: 'growth',
  title: 'costs in organizations of 0.1, 1 and 10 times the standard size',
  async open({ seed, rounds, logs, cpuProfileFolder }) {
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
              { logs, cpuProfileFolder, memoryMib: 12_288 },
            );
            samples.push(await child.ask('measure'));
            await child.stop();
          }
          const toRow = (name, read) => [name, ...samples.map(read), growthOf(read)];
          return {
            title: `Medians of ${rounds} rounds:`,
            columns: ['', ...SCALES.map((scale) => `× ${scale}`), 'growth to × 10'],
            rows: [
              toRow('grants', ({ grantCount }) => grantCount),
              toRow('cold load, ms', ({ loadMs }) => loadMs),
              toRow('  per grant, µs', ({ loadMs, grantCount }) => (loadMs * 1_000) / grantCount),
              toRow('check, µs', ({ checkUs }) => checkUs),
              toRow('first check of a person, µs', ({ firstCheckUs }) => firstCheckUs),
              toRow('access of a person (listAccessEntries), µs', ({ entriesUs }) => entriesUs),
              toRow('  listed objects', ({ entryCount }) => entryCount),
              toRow('  per object, µs', ({ entriesUs, entryCount }) => entriesUs / entryCount),
              toRow('people with a right (findAccountsWithRight), µs', ({ holdersUs }) => holdersUs),
              toRow('  listed people', ({ holderCount }) => holderCount),
              toRow('  per person, µs', ({ holdersUs, holderCount }) => holdersUs / holderCount),
              toRow(
                'heap per grant before the first check, bytes',
                ({ snapshotBytes, grantCount }) => snapshotBytes / grantCount,
              ),
              toRow(
                '  estimate of the cache, bytes',
                ({ snapshotEstimate, grantCount }) => snapshotEstimate / grantCount,
              ),
              toRow('heap per checked person, bytes', ({ peopleBytes, personCount }) => peopleBytes / personCount),
              toRow('total heap, MiB', ({ totalBytes }) => totalBytes / 1_048_576),
              toRow('  heap / estimate', ({ totalBytes, totalEstimate }) => totalBytes / totalEstimate),
            ],
          };
        },
      ],
      goals: [
        ['cold load per grant', ({ loadMs, grantCount }) => loadMs / grantCount],
        ['check', ({ checkUs }) => checkUs],
        ['access of a person, per object', ({ entriesUs, entryCount }) => entriesUs / entryCount],
        ['people with a right, per person', ({ holdersUs, holderCount }) => holdersUs / holderCount],
        ['heap per grant', ({ snapshotBytes, grantCount }) => snapshotBytes / grantCount],
      ].map(([name, read]) => atMost(1.5, `${name}: ≤ 1.5 × at ten times the size`, () => growthOf(read))),
    };
  },
};
