import fs from 'node:fs';
import path from 'node:path';
import { lastJson, mustRun } from './child.mjs';
import { appFile } from './services.mjs';
import { StepFailure } from './step-failure.mjs';

/** Databases, roles and migrations. Answers `{ env, services? }`: what the services are to be told. */
export const setUpDatabases = (run) => runOwnCommand('set-up', run);

/** Loads the demonstration data where it is missing. Answers `{ logins: [{ role, email, password }] }`. */
export const loadDemonstration = (run) => runOwnCommand('demonstration', run);

async function runOwnCommand(name, { node, logs, env, given }) {
  const file = appFile('all-in-one', name);
  if (!fs.existsSync(file)) throw new StepFailure(`${file} is missing: was it built?`);
  const what = `The command ${name}`;
  const output = await mustRun(what, node, ['--enable-source-maps', file], {
    env: { ...env, ...given?.env },
    log: path.join(logs, `${name}.log`),
    hasAnswer: true,
  });
  return lastJson(output, what);
}
