import { natsUser, natsUserPermissions } from '../documents/broker-users.mjs';
import { profileFolder } from '../infra/profile.mjs';
import { developer, natsUserNames } from '../infra/secrets.mjs';
import { readState } from '../infra/state.mjs';
import { readToolUsers, storeToolUser } from '../infra/tool-users.mjs';
import { createPassword } from '../secrets/create-password.mjs';
import { findBroker } from './broker.mjs';
import { readEventEntities } from './event-entities.mjs';
import { parseSubscription } from './stream-options.mjs';
import { UserError } from './user-error.mjs';

/**
 * Creates the durable consumer of an internal tool. Adds the user of the tool to the broker of `npm start`; for another
 * broker, prints the user.
 */
export async function run(values) {
  const entitiesByService = await readEventEntities();
  const users = [...natsUserNames(), developer];
  const { tool, service, entity, from } = parseSubscription(values, { entitiesByService, users }, new Date());
  const url = await findBroker();
  const { createConsumerOfTool, listConsumers } = await import('@cordee/messaging/tool-consumers');
  const { toolUser } = await import('@cordee/service/broker-users');
  const durable = `${tool}__${service}`;
  try {
    const consumers = await listConsumers(url, [...entitiesByService.keys()]);
    const earlierServices = consumers
      .filter((each) => each.durable === `${tool}__${each.service}`)
      .map((each) => each.service);
    const isCreated = await createConsumerOfTool(url, {
      durable,
      service,
      entity,
      from,
      replacesExisting: values.replace,
    });
    if (!isCreated) throw new UserError(`${durable} exists: --replace deletes it and creates it again.`);
    console.log(`The durable consumer ${durable} is created. It delivers ${describe(from)}.\n`);
    const user = toolUser(tool, [...new Set([...earlierServices, service])]);
    console.log(addToLocalBroker(user) ?? instructions(user, { earlierServices, service }));
    return 0;
  } catch (error) {
    if (error instanceof UserError) throw error;
    throw new UserError(
      `${durable} was not created: ${error.message}. NATS_URL needs the user "operator"; the stream exists when ` +
        `${service} has run once.`,
    );
  }
}

/** Adds the user to the broker that `npm start` runs as a process. Returns undefined when the broker is another one. */
function addToLocalBroker(user) {
  const folder = profileFolder('local');
  const { process: server, port } = readState(folder).servers.nats ?? {};
  if (process.env.NATS_URL || !server) return undefined;
  const password = readToolUsers(folder)[user.name]?.password ?? createPassword();
  storeToolUser(folder, user.name, { password, configuration: natsUser(user, password) });
  process.kill(server.pid, 'SIGHUP');
  return `The broker of npm start has the user of the tool. The tool connects to
nats://${user.name}:${password}@127.0.0.1:${port}`;
}

/** Tells the platform team how to add the user, or to extend the permissions of the user that the tool already has. */
function instructions(user, { earlierServices, service }) {
  const reload = 'reload it (nats-server --signal reload)';
  if (earlierServices.includes(service)) return `The user "${user.name}" of NATS remains as it is.`;
  if (earlierServices.length > 0)
    return `Replace the permissions of the user "${user.name}" in accounts.SERVICES.users of nats-server, and ${reload}.
Its password remains. These permissions include the earlier ones.

${natsUserPermissions(user)}`;
  const password = createPassword();
  return `Add this user to accounts.SERVICES.users of nats-server, and ${reload}. The tool connects to
nats://${user.name}:${password}@HOST:4222

${natsUser(user, password)}`;
}

const describe = (from) => {
  if (from instanceof Date) return `events that were stored since ${from.toISOString()}`;
  return from === 'all' ? 'all stored events and later ones' : 'later events';
};
