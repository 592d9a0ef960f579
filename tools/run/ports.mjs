import { InfraError } from '../infra/infra-error.mjs';
import { isFree, nextFree } from '../infra/ports.mjs';
import { print } from './progress.mjs';

const defaults = { gateway: 3000, mailPage: 3025, mailSmtp: 2525, queueBoard: 3030, ops: 9100 };

/**
 * Chooses the ports of a run. The port of the gateway must be free, because clients expect this port. Any other port
 * that is in use is replaced by the next free port. PORT, MAIL_PAGE_PORT, MAIL_SMTP_PORT, QUEUE_BOARD_PORT and OPS_PORT
 * override the defaults; OPS_PORT is the port of the first process.
 */
export async function claimPorts(processNames) {
  const gateway = await requireGatewayPort();
  const claimed = new Set([gateway]);
  const claim = async (title, preferred) => {
    const port = await nextFree(preferred, claimed);
    claimed.add(port);
    if (port !== preferred) print(`  ! port ${preferred} is in use: ${title} uses ${port}`);
    return port;
  };
  const ports = {
    gateway,
    mailPage: await claim('caught mail', portFrom('MAIL_PAGE_PORT', defaults.mailPage)),
    mailSmtp: await claim('the mail catcher (SMTP)', portFrom('MAIL_SMTP_PORT', defaults.mailSmtp)),
    queueBoard: await claim('the queue board', portFrom('QUEUE_BOARD_PORT', defaults.queueBoard)),
    ops: {},
  };
  for (const [index, name] of processNames.entries())
    ports.ops[name] = await claim(`the ops port of ${name}`, portFrom('OPS_PORT', defaults.ops) + index);
  return ports;
}

/** Returns the port of the gateway. Throws when another program uses it. */
export async function requireGatewayPort() {
  const gateway = portFrom('PORT', defaults.gateway);
  if (await isFree(gateway)) return gateway;
  throw new InfraError(`Port ${gateway} is in use: stop the other program, or choose another port: PORT=… npm start`);
}

/** Chooses free ports for a run whose clients do not expect a port. */
export async function claimFreePorts(processNames, firstPort = 3100) {
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
  for (const name of processNames) ports.ops[name] = await claim();
  return ports;
}

function portFrom(variable, defaultPort) {
  const text = process.env[variable];
  if (text === undefined || text === '') return defaultPort;
  const port = Number(text);
  if (!Number.isInteger(port) || port < 1 || port > 65_535) throw new InfraError(`${variable}=${text} is not a port.`);
  return port;
}
