import { fork } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import readline from 'node:readline';
import { nextFree } from '../infra/ports.mjs';
import { serviceEnvironment } from './service-environment.mjs';
import { appFile, processNames, startServices } from './services.mjs';
import { setUpDatabases } from './set-up.mjs';
import { atShutdown } from './shutdown.mjs';

const firstPort = 3100;

/** Fresh databases, all services, and the story told to them. Answers the exit code of the story and how many of its steps held. */
export async function tellStory({ node, folder, logs, servers, isSeparate, isKilling, output, onLine }) {
  const ports = await claimAnyPorts(processNames(isSeparate));
  const env = {
    ...serviceEnvironment({ servers, ports }),
    LOG_LEVEL: 'warn',
    PUBLIC_URL: `http://127.0.0.1:${ports.gateway}`,
    SMTP_URL: `smtp://127.0.0.1:${ports.mailSmtp}`,
  };
  const run = { node, folder, logs, ports, isSeparate, env };
  const given = await setUpDatabases({ ...run, env: { ...env, CORDEE_FRESH: '1' } });
  const { services, failed, stop } = await startServices({ ...run, given });
  fs.rmSync(output, { recursive: true, force: true });
  const story = fork(appFile('all-in-one', 'e2e-scenario/run-scenario'), [], {
    execPath: node,
    execArgv: ['--enable-source-maps'],
    env: { ...env, ...given.env, OUTPUT: output },
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
  });
  atShutdown(() => story.kill());
  let held = 0;
  readline.createInterface({ input: story.stdout }).on('line', onLine);
  story.on('message', ({ step }) => {
    held = step;
    if (isKilling) killOne(services, step, onLine);
  });
  const code = await Promise.race([
    failed,
    new Promise((resolve) => story.on('exit', (status) => resolve(status ?? 1))),
  ]);
  await stop();
  return { code, held: code === 0 ? held + 1 : held };
}

/** Another service at each step. It is started again by itself, as a platform would. */
function killOne(services, step, onLine) {
  const victims = services.filter(({ name }) => name !== 'mail-catcher');
  const victim = victims[step % victims.length];
  onLine(`    (${victim.name} is killed)`);
  victim.kill();
}

async function claimAnyPorts(names) {
  const claimed = new Set();
  const claim = async () => {
    const port = await nextFree(firstPort + claimed.size, claimed);
    claimed.add(port);
    return port;
  };
  const ports = {
    gateway: await claim(),
    mailPage: await claim(),
    mailSmtp: await claim(),
    queueBoard: await claim(),
    ops: {},
  };
  for (const name of names) ports.ops[name] = await claim();
  return ports;
}
