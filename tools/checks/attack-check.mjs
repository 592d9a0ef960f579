import { loadAttacks } from '../attacks/load-attacks.mjs';
import { runAttacks } from '../attacks/run-attacks.mjs';

/**
 * Runs the short attacks on services in one process. `npm run attacks` runs all attacks on separate services. Latencies
 * are not checked, because other checks run at the same time.
 */
export const attackCheck = {
  name: 'attacks',
  async run(context) {
    const attacks = (await loadAttacks()).filter(({ isShort }) => isShort);
    const results = await runAttacks(attacks, { ...context, isSeparate: false, isShort: true });
    const failures = results.flatMap(({ name, figures }) =>
      figures.filter(({ ok, isTime }) => !ok && !isTime).map((figure) => ({ name, ...figure })),
    );
    const failed = new Set(failures.map(({ name }) => name)).size;
    const lines = failures.map(
      ({ name, figure, expected, reached }) => `${name}: ${figure} ${reached}, expected ${expected}`,
    );
    return { passed: results.length - failed, failed, detail: `${results.length} attacks`, lines };
  },
};
