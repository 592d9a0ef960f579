import '../run/require-node.mjs';
import fs from 'node:fs';
import { parseArgs } from 'node:util';
import { lockProfile, prepareClone, startServers, build } from '../run/prepare.mjs';
import { print, reportLine, step } from '../run/progress.mjs';
import { stopRecordedProcesses } from '../run/recorded-processes.mjs';
import { runMain } from '../run/shutdown.mjs';
import { loadAttacks } from './load-attacks.mjs';
import { printResults } from './print-results.mjs';
import { runAttacks } from './run-attacks.mjs';
import { runSpecs } from './run-specs.mjs';
import { entryResults, selectEntries } from './select-entries.mjs';

const help = `Starts Cordée on temporary data, attacks it, runs the specs that attack parts of it, and compares the
results with the limits.

  npm run attacks                    all attacks and specs
  npm run attacks -- <name>...       some: a key of the list, the name of an attack, or an id such as S5
  npm run attacks -- --live          without the specs, which also run with npm test
  npm run attacks -- --list          the keys of the list and what each attacker does
  npm run attacks -- --json <file>   also writes the results to a file

The exit code is 0 when every limit holds. tools/attacks/attack-list.mjs is the list. An attack is a file in
tools/attacks/attacks.
`;

await runMain(async () => {
  const { values, positionals: names } = parseArgs({
    options: {
      list: { type: 'boolean' },
      live: { type: 'boolean' },
      json: { type: 'string' },
      help: { type: 'boolean', short: 'h' },
    },
    allowPositionals: true,
  });
  if (values.help) return console.log(help);
  const { entries, attackNames, specs } = selectEntries(names, values);
  if (values.list) return entries.forEach(({ key, title }) => console.log(`  ${key.padEnd(32)} ${title}`));
  const attacks = (await loadAttacks()).filter(({ name }) => attackNames.includes(name));
  const profileContext = await lockProfile('attacks', 'npm run attacks');
  await stopRecordedProcesses(profileContext.folder);
  const node = await prepareClone(profileContext);
  const [servers] = await Promise.all([
    startServers(profileContext, { fresh: true, durable: false }),
    step('build', () => build(node, profileContext).then(() => undefined)),
  ]);
  const printAttack = ({ name, ok, ms }) => reportLine(ok ? '✔' : '✘', name, ms, '');
  const attackResults = await runAttacks(attacks, { ...profileContext, node, servers, isSeparate: true }, printAttack);
  const specResults = await runSpecs(specs, { ...profileContext, node, servers }, printAttack);
  const results = entryResults(entries, attackResults, specResults);
  print();
  printResults(results);
  if (values.json) fs.writeFileSync(values.json, `${JSON.stringify(results, null, 2)}\n`);
  return results.every(({ ok }) => ok) ? 0 : 1;
});
