import { withProgress } from '../run/progress.mjs';
import { startTemporaryInstallation } from '../run/temporary-installation.mjs';
import { StepFailure } from '../run/step-failure.mjs';
import { isListening, waitFor } from '../run/wait-for-port.mjs';
import { createAccountFactory } from './account-factory.mjs';

/** Checks of other clones, which can run at the same time, use lower ports. */
const FIRST_PORT = 3_700;
const READY_MS = 30_000;

/**
 * Runs the attacks one after the other. Attacks with the same environment share an installation. The context of an
 * attack has
 *
 * - `url`, `mailUrl`, `queueBoardUrl`: the addresses of the gateway, the caught mail and the queue board;
 * - `gatewayPid`: the process of the gateway;
 * - `pids()`: the ids of the processes of all services; a process that was started again has another id;
 * - `logs`: the files with the logs of the services;
 * - `natsUrls`: the address of the broker with each of its users, by the name of the user;
 * - `isShort`: true in `npm test`, where attacks send only a selection of their requests;
 * - `accounts(options)`, `join(organization, role)`, `staff()`: create people, see account-factory.mjs.
 */
export async function runAttacks(attacks, { isShort = false, ...installationOptions }, onResult = () => {}) {
  const results = [];
  for (const [env, group] of groupByEnvironment(attacks)) {
    const runningInstallation = await withProgress('start the services', () =>
      startTemporaryInstallation({
        ...installationOptions,
        environmentOverrides: JSON.parse(env),
        firstPort: FIRST_PORT,
      }),
    );
    const context = contextOf(runningInstallation, isShort);
    try {
      await waitForQueueBoard(runningInstallation);
      for (const attack of group) {
        results.push(await runAttack(attack, context));
        onResult(results.at(-1));
      }
    } finally {
      await context.close();
      await runningInstallation.stop();
    }
  }
  return results;
}

/** The gateway is ready before the queue board. */
async function waitForQueueBoard({ ports }) {
  if (!(await waitFor(() => isListening(ports.queueBoard), READY_MS)))
    throw new StepFailure(`The queue board does not listen after ${READY_MS / 1_000} s.`);
}

async function runAttack({ name, run }, context) {
  const startedAt = performance.now();
  const { sent, ok, figures } = await withProgress(name, () => run(context)).catch((error) => ({
    sent: '',
    ok: false,
    figures: [{ figure: 'the attack runs', expected: 'yes', reached: error.stack ?? String(error), ok: false }],
  }));
  return { name, sent, ok, figures, ms: performance.now() - startedAt };
}

function contextOf({ ports, services, env }, isShort) {
  const gateway = services.find(({ name }) => name === 'gateway' || name === 'all-in-one');
  const [url, mailUrl, queueBoardUrl] = [ports.gateway, ports.mailPage, ports.queueBoard].map(
    (port) => `http://127.0.0.1:${port}`,
  );
  const accounts = createAccountFactory({ url, mailUrl });
  return {
    url,
    mailUrl,
    queueBoardUrl,
    gatewayPid: gateway.pid,
    pids: () => services.map(({ pid }) => pid),
    logs: services.map(({ log }) => log),
    natsUrls: Object.fromEntries(
      Object.entries(env).flatMap(([name, value]) => {
        const user = /^([A-Z]+)_NATS_URL$/.exec(name)?.[1].toLowerCase();
        return user ? [[user, value]] : [];
      }),
    ),
    isShort,
    accounts: accounts.create,
    join: accounts.join,
    staff: accounts.staff,
    close: accounts.close,
  };
}

function groupByEnvironment(attacks) {
  const groups = new Map();
  for (const attack of attacks) {
    const key = JSON.stringify(attack.env ?? {});
    groups.set(key, [...(groups.get(key) ?? []), attack]);
  }
  return groups;
}
