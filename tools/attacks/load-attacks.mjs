import fs from 'node:fs';
import path from 'node:path';

const folder = path.join(import.meta.dirname, 'attacks');

/**
 * Loads all attacks. A file exports one attack:
 *
 * - `name`: the name of the file;
 * - `shows`: what the attack proves when all limits hold, in one sentence;
 * - `env`: environment of the services for this attack, if it differs from the defaults;
 * - `isShort`: true when `npm test` also runs the attack;
 * - `run(context)`: performs the attack and returns the result of `judge`. run-attacks.mjs describes the context.
 */
export async function loadAttacks() {
  const files = fs.readdirSync(folder).filter((file) => file.endsWith('.mjs'));
  const modules = await Promise.all(files.sort().map((file) => import(path.join(folder, file))));
  return modules.map((module) => module.attack);
}
