import fs from 'node:fs';
import path from 'node:path';
import { StepFailure } from '../run/step-failure.mjs';

const fileIn = (folder) => path.join(folder, 'demonstration.json');

/** Stores the address and the logins of the demonstration for other commands. The passwords are public. */
export function writeDemonstration(folder, { url, logins }) {
  fs.writeFileSync(fileIn(folder), `${JSON.stringify({ url, logins }, null, 2)}\n`);
}

/** Returns the address and the logins that the last start has stored. */
export function readDemonstration(folder) {
  if (!fs.existsSync(fileIn(folder)))
    throw new StepFailure('The demonstration was not started in this folder: run npm start first.');
  return JSON.parse(fs.readFileSync(fileIn(folder), 'utf8'));
}
