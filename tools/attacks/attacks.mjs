import '../run/require-node.mjs';
import { parseArgs } from 'node:util';
import { lockProfile, prepareClone, startServers, build } from '../run/prepare.mjs';
import { print, reportLine, step } from '../run/progress.mjs';
import { stopRecordedProcesses } from '../run/recorded-processes.mjs';
import { runMain } from '../run/shutdown.mjs';
import { StepFailure } from '../run/step-failure.mjs';
import { loadAttacks } from './load-attacks.mjs';
import { runAttacks } from './run-attacks.mjs';
import { printResults } from './print-results.mjs';

const help = `Starts Cordée on temporary data, attacks it, and compares the results with the limits.

  npm run attacks                    all attacks
  npm run attacks -- <name>...       some attacks
  npm run attacks -- --list          the names of the attacks and what each shows

The exit code is 0 when every limit holds. An attack is a file in tools/attacks/attacks.
`;

await runMain(async () => {
  const { values, positionals: names } = parseArgs({
    options: { list: { type: 'boolean' }, help: { type: 'boolean', short: 'h' } },
    allowPositionals: true,
  });
  if (values.help) return console.log(help);
  const attacks = selectAttacks(await loadAttacks(), names);
  if (values.list) return attacks.forEach(({ name, shows }) => console.log(`  ${name.padEnd(24)} ${shows}`));
  const profileContext = await lockProfile('attacks', 'npm run attacks');
  await stopRecordedProcesses(profileContext.folder);
  const node = await prepareClone(profileContext);
  const [servers] = await Promise.all([
    startServers(profileContext, { fresh: true, durable: false }),
    step('build', () => build(node, profileContext).then(() => undefined)),
  ]);
  const report = ({ name, ok, ms }) => reportLine(ok ? '✔' : '✘', name, ms, '');
  const results = await runAttacks(attacks, { ...profileContext, node, servers, isSeparate: true }, report);
  print();
  printResults(results);
  return results.every(({ ok }) => ok) ? 0 : 1;
});

function selectAttacks(attacks, names) {
  const unknown = names.filter((name) => !attacks.some((attack) => attack.name === name));
  if (unknown.length > 0)
    throw new StepFailure(`There is no attack ${unknown.join(', ')}; npm run attacks -- --list shows the names.`);
  return names.length === 0 ? attacks : attacks.filter(({ name }) => names.includes(name));
}
