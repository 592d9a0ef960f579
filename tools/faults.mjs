import './run/require-node.mjs';
import { fork } from 'node:child_process';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { bringUp } from './infra/bring-up.mjs';
import { cloneRoot } from './infra/profile.mjs';
import { build, lockProfile, prepareClone } from './run/prepare.mjs';
import { onShutdown, runMain } from './run/shutdown.mjs';
import { StepFailure } from './run/step-failure.mjs';

const help = `Kills the billing service at random points of a run, and checks its database after the run.

  npm run faults                             10,000 documents; a kill every 1 to 5 seconds
  npm run faults -- --documents 2000         fewer documents
  npm run faults -- --seed 7                 other random data and times

The run charges renewals, converts pro formas and pays invoices by bank files. Every call is repeated until it
succeeds, as services and browsers do. Some kills end the process of the service, others its connections to PostgreSQL.
The check finds documents and payments that are lost or exist twice, bookings that do not sum to zero, balances that
differ from the documents, and gaps in the numbers. It runs on its own servers with temporary data.
`;

const parseWhole = (name, text) => {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1) throw new StepFailure(`--${name} ${text}: must be a whole number from 1.`);
  return value;
};

await runMain(async () => {
  const { values } = parseArgs({
    options: {
      documents: { type: 'string', default: '10000' },
      seed: { type: 'string', default: '1' },
      help: { type: 'boolean', short: 'h' },
    },
  });
  if (values.help) return console.log(help);
  const options = { documents: parseWhole('documents', values.documents), seed: parseWhole('seed', values.seed) };
  const profileContext = await lockProfile('faults', 'npm run faults');
  const node = await prepareClone(profileContext);
  const servers = await bringUp({ profile: profileContext.profile, fresh: true, report: () => {} });
  onShutdown(() => servers.stop());
  if (servers.missing.length > 0) throw new StepFailure(servers.missing.map(({ reason }) => reason).join(' '));
  await build(node, profileContext);
  const child = fork(path.join(cloneRoot, 'tools/faults/run-faults.mjs'), [], {
    execPath: node,
    execArgv: ['--enable-source-maps'],
    env: {
      ...process.env,
      ...servers.env,
      TZ: 'UTC',
      CORDEE_FAULTS: JSON.stringify({ ...options, logs: profileContext.logs, folder: profileContext.folder }),
    },
  });
  onShutdown(() => child.kill());
  return new Promise((resolve) => child.on('exit', (code) => resolve(code ?? 1)));
});
