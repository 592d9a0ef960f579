import './run/require-node.mjs';
import fs from 'node:fs';
import readline from 'node:readline/promises';
import { parseArgs } from 'node:util';
import { eraseProfile } from './infra/bring-up.mjs';
import { profileFolder } from './infra/profile.mjs';
import { stopRecordedProcesses } from './run/recorded-processes.mjs';
import { lockProfile } from './run/prepare.mjs';
import { runMain } from './run/shutdown.mjs';

const help = `Deletes all data of the local installation (.cordee/local) after a confirmation.

  npm run reset
  npm run reset -- --yes     without confirmation
`;

const options = { yes: { type: 'boolean', default: false }, help: { type: 'boolean', short: 'h', default: false } };
const profile = 'local';

await runMain(async () => {
  const { yes, help: showHelp } = parseArgs({ options }).values;
  if (showHelp) return console.log(help);
  const folder = profileFolder(profile);
  if (!fs.existsSync(folder)) return console.log('There is no data to delete.');

  // The lock fails while Cordée runs in this clone.
  const local = await lockProfile(profile, 'npm run reset');
  if (!yes && !(await confirm(`Delete all data in ${folder}? (y/N) `))) return console.log('Nothing was deleted.');
  await stopRecordedProcesses(local.folder);
  await eraseProfile({ profile });
  fs.rmSync(folder, { recursive: true, force: true });
  console.log('All data was deleted. The next npm start creates new data.');
});

/** Returns true only for "y" or "yes". The end of the input counts as "no". */
async function confirm(question) {
  const terminal = readline.createInterface({ input: process.stdin, output: process.stdout });
  const closed = new Promise((resolve) => terminal.once('close', () => resolve('')));
  const answer = await Promise.race([terminal.question(question), closed]);
  terminal.close();
  return /^y(es)?$/i.test(answer.trim());
}
