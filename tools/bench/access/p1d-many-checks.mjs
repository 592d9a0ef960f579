import { startChild } from '../harness/child.mjs';
import { atLeastValue, atMost } from '../harness/goals.mjs';
import { startCaller } from './caller.mjs';
import { startTeams } from './start-teams.mjs';

const RUN_MS = 2_000;
const IN_FLIGHT = 8;
/** The number of checks in one call of `checkMany` in caller.process.mjs. */
const CHECKS_PER_CALL = 100;
const LIST_SIZE = 10_000;
const OURS_NAME = 'checkManyAccess over NATS, 8 calls in flight';

/** P1d: measures a hundred checks in one call, and the list of visible products. */
export const manyChecks = {
  id: 'P1d',
  title: '100 checks in one call; the list of 10,000 products that a person may see',
  async open(options) {
    const teams = await startTeams(options);
    const caller = await startCaller(teams, options);
    let lists;
    const errors = [];
    return {
      unit: 'decisions/s',
      subjects: [
        {
          name: OURS_NAME,
          role: 'ours',
          run: async (round) => {
            const cpuBefore = await teams.cpu();
            const sample = await caller.ask('runClosedLoop', { call: 'checkMany', inFlight: IN_FLIGHT, ms: RUN_MS });
            const cpuAfter = await teams.cpu();
            const roundName = round === 0 ? 'the warm-up, with an empty access cache,' : `round ${round}`;
            for (const [reason, count] of Object.entries(sample.errors))
              errors.push(`${count} calls in ${roundName} ended with ${reason}`);
            return {
              operations: sample.operations * CHECKS_PER_CALL,
              ms: sample.ms,
              cpu: {
                caller: sample.cpu,
                teams: cpuAfter.teams - cpuBefore.teams,
                nats: cpuAfter.nats - cpuBefore.nats,
              },
            };
          },
        },
      ],
      goals: [
        atLeastValue(
          500_000,
          '≥ 500,000 decisions/s',
          (results) => results.find(({ name }) => name === OURS_NAME)?.median ?? null,
        ),
        atMost(10, 'list of 10,000 products for a collaborator: p95 ≤ 10 ms', () => lists.collaborator.p95, 'ms'),
        atMost(10, 'list of 10,000 products for an administrator: p95 ≤ 10 ms', () => lists.manager.p95, 'ms'),
        atMost(10, 'list of 10,000 products in the first call of a person: p95 ≤ 10 ms', () => lists.first.p95, 'ms'),
      ],
      notes: () => errors,
      tables: [
        async () => {
          const child = await startChild(
            new URL('product-lists.process.mjs', import.meta.url),
            { seed: options.seed, products: LIST_SIZE },
            options,
          );
          lists = await child.ask('measure');
          const toRow = (name, { p50, p95, max }) => [name, p50, p95, max];
          return {
            title:
              `visibleProducts, then listAccessEntries, of ${LIST_SIZE.toLocaleString('en')} products ` +
              'in one process, ms:',
            columns: ['', 'p50', 'p95', 'max'],
            rows: [
              toRow('collaborator with grants', lists.collaborator),
              toRow('collaborator with grants, first call', lists.first),
              toRow('administrator', lists.manager),
              toRow('collaborator with grants, visibleProducts only', lists.visible),
            ],
          };
        },
      ],
    };
  },
};
