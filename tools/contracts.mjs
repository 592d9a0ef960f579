// Compares the contracts with the baseline of the last release, or raises the baseline. It needs a build.
import fs from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { addChangelogLine } from './contracts/add-changelog-line.mjs';
import { compareContracts, formatChange, readBaseline, writeBaseline } from './contracts/baseline.mjs';
import { readContracts } from './contracts/read-contracts.mjs';

const help = `Compares the contracts with the baseline in tools/contracts/baseline.

  npm run contracts:check               fails for each change that breaks programs of the last release
  npm run contracts:raise -- "reason"   makes the present contracts the baseline; adds the reason to CHANGELOG.md

A contract may gain operations, events, optional inputs, outputs and error codes. CONTRIBUTING.md, "Change a contract".
`;
const {
  values,
  positionals: [command, reason],
} = parseArgs({ options: { help: { type: 'boolean', short: 'h' } }, allowPositionals: true });

if (values.help || !['check', 'raise'].includes(command)) console.log(help);
else if (command === 'check') check();
else raise();

function check() {
  const changes = compareContracts(readBaseline(), readContracts());
  for (const change of changes) console.log(formatChange(change));
  if (changes.length === 0) return console.log('the contracts are compatible with the baseline');
  console.log(`${changes.length} changes break programs of the last release: see CONTRIBUTING.md, "Change a contract"`);
  process.exitCode = 1;
}

function raise() {
  if (!reason?.trim()) {
    console.log('The reason is missing: npm run contracts:raise -- "reason"');
    process.exitCode = 1;
    return;
  }
  writeBaseline(readContracts());
  const changelog = path.resolve(import.meta.dirname, '../CHANGELOG.md');
  fs.writeFileSync(changelog, addChangelogLine(fs.readFileSync(changelog, 'utf8'), `- ${reason.trim()}`));
  console.log('The baseline is raised. Commit tools/contracts/baseline and CHANGELOG.md.');
}
