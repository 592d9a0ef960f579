import { InfraError } from '../infra/infra-error.mjs';
import { isFree, nextFree } from '../infra/ports.mjs';
import { say } from './progress.mjs';

const defaults = { gateway: 3000, mailPage: 3025, mailSmtp: 2525, queueBoard: 3030, ops: 9100 };

/**
 * The ports of a run. The gateway's is the one others rely on, so it has to be free; for the others the next free one is taken and told.
 * The environment chooses others: PORT, MAIL_PAGE_PORT, MAIL_SMTP_PORT, QUEUE_BOARD_PORT.
 */
export async function claimPorts(processNames) {
  const gateway = portFrom('PORT', defaults.gateway);
  if (!(await isFree(gateway)))
    throw new InfraError(`Port ${gateway} is taken: stop what listens there, or choose another with PORT=… npm start.`);
  const claimed = new Set([gateway]);
  const claim = async (what, wanted) => {
    const port = await nextFree(wanted, claimed);
    claimed.add(port);
    if (port !== wanted) say(`  ! port ${wanted} is taken: ${what} is on ${port}`);
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
    ports.ops[name] = await claim(`the ops port of ${name}`, defaults.ops + index);
  return ports;
}

function portFrom(variable, standard) {
  const text = process.env[variable];
  if (text === undefined || text === '') return standard;
  const port = Number(text);
  if (!Number.isInteger(port) || port < 1 || port > 65_535) throw new InfraError(`${variable}=${text} is no port.`);
  return port;
}
