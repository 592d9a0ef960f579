import { findBroker } from './broker.mjs';

/** Lists the durable consumers of all streams, also those of Cordée's services, with their counts of pending events. */
export async function run({ json }) {
  const url = await findBroker();
  const { serviceNames } = await import('@cordee/contracts/contract');
  const { listConsumers } = await import('@cordee/messaging/tool-consumers');
  const consumers = await listConsumers(
    url,
    serviceNames.filter((name) => name !== 'gateway'),
  );
  if (!json) console.log(formatLine('consumer', 'pending', 'redelivered', 'last handled'));
  for (const { durable, service, pending, redelivered, lastHandledAt } of consumers) {
    const handledAt = lastHandledAt?.toISOString() ?? null;
    if (json) console.log(JSON.stringify({ durable, service, pending, redelivered, lastHandledAt: handledAt }));
    else console.log(formatLine(durable, String(pending), String(redelivered), handledAt ?? '–'));
  }
  return 0;
}

const formatLine = (durable, pending, redelivered, handledAt) =>
  `${durable.padEnd(32)}  ${pending.padEnd(8)}  ${redelivered.padEnd(11)}  ${handledAt}`;
