import './run/require-node.mjs';
import fs from 'node:fs';
import readline from 'node:readline/promises';
import { parseArgs } from 'node:util';
import { eraseProfile } from './infra/bring-up.mjs';
import { profileFolder } from './infra/profile.mjs';
import { stopLeftovers } from './run/own-processes.mjs';
import { occupyProfile } from './run/prepare.mjs';
import { runMain } from './run/shutdown.mjs';

const help = `Removes all data of the local installation (.cordee/local), after asking.

  npm run reset
  npm run reset -- --yes     without asking
`;

const options = { yes: { type: 'boolean', default: false }, help: { type: 'boolean', short: 'h', default: false } };
const profile = 'local';

await runMain(async () => {
  const { yes, help: isHelpWanted } = parseArgs({ options }).values;
  if (isHelpWanted) return console.log(help);
  const folder = profileFolder(profile);
  if (!fs.existsSync(folder)) return console.log('There is no data to remove.');

  const local = await occupyProfile(profile, 'npm run reset'); // refuses while Cordée runs here
  if (!yes && !(await confirm(`Remove all data in ${folder}? (y/N) `))) return console.log('Nothing was removed.');
  await stopLeftovers(local.folder);
  await eraseProfile({ profile });
  fs.rmSync(folder, { recursive: true, force: true });
  console.log('Removed. The next npm start begins from empty data.');
});

/** Anything but a clear yes, also the end of the input, is a no. */
async function confirm(question) {
  const terminal = readline.createInterface({ input: process.stdin, output: process.stdout });
  const closed = new Promise((resolve) => terminal.once('close', () => resolve('')));
  const answer = await Promise.race([terminal.question(question), closed]);
  terminal.close();
  return /^y(es)?$/i.test(answer.trim());
}
