import fs from 'node:fs';
import path from 'node:path';
import { parseLastLine, runRequired } from './run-command.mjs';
import { appFile, scenarioFile } from './services.mjs';
import { StepFailure } from './step-failure.mjs';

/** Creates databases and roles and runs migrations. Returns the environment of the services: `{ env, services? }`. */
export const setUpDatabases = (run) => runAppCommand('set-up', appFile('all-in-one', 'set-up'), run);

/** Loads the demonstration data if it is missing. Returns `{ logins: [{ role, email, password }] }`. */
export const loadDemonstration = (run) => runAppCommand('demonstration', scenarioFile('demonstration'), run);

async function runAppCommand(name, file, { node, logs, env, setUpResult }) {
  if (!fs.existsSync(file)) throw new StepFailure(`${file} is missing: was it built?`);
  const title = `the command ${name}`;
  const output = await runRequired(title, node, ['--enable-source-maps', file], {
    env: { ...env, ...setUpResult?.env },
    log: path.join(logs, `${name}.log`),
    hidesJson: true,
  });
  return parseLastLine(output, title);
}
