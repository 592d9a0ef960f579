import { atMost } from '../harness/goals.mjs';
import { hotReads } from './hot-reads.mjs';
import { hotWrites } from './hot-writes.mjs';
import { countRoundTrips } from './round-trips.mjs';

/** P2h: counts the round trips to PostgreSQL of each call, on the wire. */
export const roundTripsMeasurement = {
  id: 'P2h',
  title: 'round trips to PostgreSQL of one call, counted by a proxy on the wire',
  async open(options) {
    const counts = await countRoundTrips(options);
    const writesWithGoal = hotWrites.filter(({ name }) => name !== 'changeMember');
    return {
      unit: 'round trips',
      tables: [
        () => ({
          title: 'Median of several calls one after the other, without the relay, reactions and jobs:',
          columns: [
            '',
            'round trips',
            'in the transaction',
            'writes to the socket',
            'statements',
            'limit, round trips',
          ],
          rows: [...hotReads, ...hotWrites].map(({ name, title }) => {
            const { ours, limit } = counts[name];
            return [title, ours.all, ours.inTransaction, ours.writes, ours.statements, limit?.all];
          }),
        }),
      ],
      goals: [
        ...hotReads.map(({ name, title }) =>
          atMost(1, `${title}: 1 round trip`, () => counts[name].ours.all, 'round trips'),
        ),
        ...writesWithGoal.map(({ name, title }) =>
          atMost(
            5,
            `${title}: ≤ 5 round trips in the transaction`,
            () => counts[name].ours.inTransaction,
            'round trips',
          ),
        ),
      ],
    };
  },
};
