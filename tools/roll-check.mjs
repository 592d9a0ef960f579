import './run/require-node.mjs';
import { parseArgs } from 'node:util';
import { createAccountFactory } from './attacks/account-factory.mjs';
import { lockProfile, prepareClone, startServers, build } from './run/prepare.mjs';
import { print, reportLine, step, withProgress } from './run/progress.mjs';
import { stopRecordedProcesses } from './run/recorded-processes.mjs';
import { processNames } from './run/services.mjs';
import { runMain } from './run/shutdown.mjs';
import { StepFailure } from './run/step-failure.mjs';
import { startTemporaryInstallation } from './run/temporary-installation.mjs';
import { startRequests } from './roll-check/start-requests.mjs';

/** Checks of other clones, which can run at the same time, use lower ports. */
const FIRST_PORT = 3_900;
/** The failures that are printed after each replacement. */
const MAX_SHOWN = 10;
const names = processNames(true);
const help = `Starts Cordée on temporary data, replaces its processes one after the other while requests arrive, and
counts the requests that fail.

  npm run roll:check                     replaces every process once
  npm run roll:check -- --times 50       replaces every process 50 times
  npm run roll:check -- --rate 100       requests per second (default: 50); a tenth are writes
  npm run roll:check -- --service teams  replaces one service only

A replaced process gets SIGTERM when its successor is ready. The exit code is 0 when no request has failed.
`;

await runMain(async () => {
  const { values } = parseArgs({
    options: {
      times: { type: 'string', default: '1' },
      rate: { type: 'string', default: '50' },
      service: { type: 'string' },
      help: { type: 'boolean', short: 'h' },
    },
  });
  if (values.help) return console.log(help);
  const times = positiveNumber('--times', values.times);
  const rate = positiveNumber('--rate', values.rate);
  if (values.service !== undefined && !names.includes(values.service))
    throw new StepFailure(`--service must be one of ${names.join(', ')}`);
  const rolledNames = values.service === undefined ? names : [values.service];

  const profileContext = await lockProfile('roll-check', 'npm run roll:check');
  await stopRecordedProcesses(profileContext.folder);
  const node = await prepareClone(profileContext);
  const [servers] = await Promise.all([
    startServers(profileContext, { fresh: true, durable: false }),
    step('build', () => build(node, profileContext).then(() => undefined)),
  ]);
  const installation = await withProgress('start the services', () =>
    startTemporaryInstallation({
      ...profileContext,
      node,
      servers,
      isSeparate: true,
      firstPort: FIRST_PORT,
      environmentOverrides: { RATE_LIMIT_PER_MINUTE: '1000000', ORGANIZATION_LIMIT_PER_MINUTE: '1000000' },
    }),
  );
  const [url, mailUrl] = [installation.ports.gateway, installation.ports.mailPage].map(
    (port) => `http://127.0.0.1:${port}`,
  );
  const accounts = createAccountFactory({ url, mailUrl });
  const { organizations } = await withProgress('create an organization', () => accounts.create({ people: 2 }));
  const requests = startRequests({ url, organization: organizations[0], rate });
  try {
    for (let round = 1; round <= times; round += 1)
      for (const name of rolledNames) {
        const startedAt = performance.now();
        const failedBefore = requests.failures.length;
        await withProgress(`${round} of ${times}: ${name}`, () => installation.roll(name));
        const failures = requests.failures.slice(failedBefore);
        for (const failure of failures.slice(0, MAX_SHOWN)) print(`  ✘ ${failure}`);
        reportLine(
          failures.length === 0 ? '✔' : '✘',
          `${round} of ${times}: ${name}`,
          performance.now() - startedAt,
          '',
        );
      }
    const { sent, failures, slowestMs } = await requests.stop();
    print(`\n  ${sent} requests, ${failures.length} failed, the slowest took ${Math.round(slowestMs)} ms`);
    return failures.length === 0 ? 0 : 1;
  } finally {
    await accounts.close();
    await installation.stop();
  }
});

function positiveNumber(option, text) {
  const number = Number(text);
  if (!Number.isInteger(number) || number < 1) throw new StepFailure(`${option} must be a positive integer`);
  return number;
}
