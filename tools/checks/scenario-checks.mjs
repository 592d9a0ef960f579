import fs from 'node:fs';
import path from 'node:path';
import { runScenario } from '../run/scenario.mjs';

/**
 * Runs the end-to-end scenario in one process with the embedded bus, and with separate services on NATS while every
 * third step kills one of them: each service is killed once. The broker must not have refused a subject to any service.
 * The result counts steps. `npm run demo -- --kill` kills a service at each step.
 */
export const scenarioChecks = [
  scenarioCheck('scenario, embedded bus', { isSeparate: false, isEmbedded: true }),
  scenarioCheck('scenario, services killed', { isSeparate: true, stepsPerKill: 3 }),
];

function scenarioCheck(name, options) {
  const run = async (context) => {
    const lines = [];
    const { DATABASE_ADMIN_URL } = context.servers.env;
    const servers = options.isEmbedded ? { ...context.servers, env: { DATABASE_ADMIN_URL } } : context.servers;
    const { code, passedSteps } = await runScenario({
      ...context,
      ...options,
      servers,
      output: path.join(context.folder, 'scenario'),
      onLine: (line) => lines.push(line),
    });
    fs.writeFileSync(path.join(context.logs, `${name.replaceAll(/\W+/g, '-')}.log`), `${lines.join('\n')}\n`);
    const refusals = brokerRefusals(path.join(context.logs, 'nats.log'));
    if (code === 0 && refusals.length > 0)
      return { passed: passedSteps, failed: 1, detail: 'the broker refused subjects', lines: refusals.slice(0, 25) };
    return code === 0
      ? { passed: passedSteps, failed: 0, detail: `${passedSteps} steps`, lines: [] }
      : { passed: passedSteps, failed: 1, detail: `failed at step ${passedSteps + 1}`, lines: lines.slice(-25) };
  };
  return { name, run };
}

/** Returns the lines of the broker's log about subjects that it has refused to a user. */
const brokerRefusals = (log) =>
  fs.existsSync(log)
    ? fs
        .readFileSync(log, 'utf8')
        .split('\n')
        .filter((line) => line.includes('Violation'))
    : [];
