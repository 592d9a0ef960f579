import { developer, natsUserNames } from '../infra/secrets.mjs';
import { findBroker } from './broker.mjs';
import { readEventEntities } from './event-entities.mjs';
import { parseSubscription } from './stream-options.mjs';
import { UserError } from './user-error.mjs';

/** Deletes the durable consumer of an internal tool. */
export async function run(values) {
  const names = { entitiesByService: await readEventEntities(), users: [...natsUserNames(), developer] };
  const { tool, service } = parseSubscription(values, names, new Date(), 'unsubscribe');
  const { deleteConsumerOfTool } = await import('@cordee/messaging/tool-consumers');
  const durable = `${tool}__${service}`;
  if (!(await deleteConsumerOfTool(await findBroker(), service, durable)))
    throw new UserError(`There is no durable consumer ${durable}.`);
  console.log(
    `The durable consumer ${durable} is deleted. If the tool has no other, remove its user from nats-server.`,
  );
  return 0;
}
