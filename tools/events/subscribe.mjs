import { randomBytes } from 'node:crypto';
import { natsUser } from '../documents/broker-users.mjs';
import { developer, natsUserNames } from '../infra/secrets.mjs';
import { findBroker } from './broker.mjs';
import { parseSubscription } from './stream-options.mjs';
import { UserError } from './user-error.mjs';

/** Creates the durable consumer of an internal tool, and prints the user of the broker that the tool needs. */
export async function run(values) {
  const { serviceNames } = await import('@cordee/contracts/contract');
  const services = serviceNames.filter((name) => name !== 'gateway');
  const users = [...natsUserNames(), developer];
  const { tool, service, entity, from } = parseSubscription(values, { services, users }, new Date());
  const url = await findBroker();
  const { createConsumerOfTool } = await import('@cordee/messaging/create-consumer');
  const { toolUser } = await import('@cordee/service/broker-users');
  const durable = `${tool}__${service}`;
  const isCreated = await createConsumerOfTool(url, {
    durable,
    service,
    entity,
    from,
    isReplaced: values.replace,
  }).catch((error) => {
    throw new UserError(
      `${durable} was not created: ${error.message}. NATS_URL needs the user "operator"; the stream exists when ` +
        `${service} has run once.`,
    );
  });
  if (!isCreated) throw new UserError(`${durable} exists: --replace deletes it and creates it again.`);
  const password = randomBytes(24).toString('hex');
  console.log(`The durable consumer ${durable} is created. It delivers ${describe(from)}.

Add this user to authorization.users of nats-server, and reload it (nats-server --signal reload). The tool connects to
nats://${tool}:${password}@HOST:4222

${natsUser(toolUser(tool, service), password)}`);
  return 0;
}

const describe = (from) => {
  if (from instanceof Date) return `events that were stored since ${from.toISOString()}`;
  return from === 'all' ? 'all stored events and later ones' : 'later events';
};
