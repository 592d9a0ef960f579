import { rawHeaders } from './raw-nats.mjs';

/** Publishes an atomic batch with the plain client of JetStream. Each event is `{ subject, id, data }`. */
export async function publishRawBatch(client, events) {
  const options = ({ id }) => {
    const headers = rawHeaders();
    headers.set('Nats-Msg-Id', id);
    return { headers };
  };
  const last = events.at(-1);
  if (events.length === 1) return client.publish(last.subject, last.data, { msgID: last.id });
  const batch = await client.startBatch(events[0].subject, events[0].data, options(events[0]));
  for (const event of events.slice(1, -1)) batch.add(event.subject, event.data, options(event));
  return batch.commit(last.subject, last.data, options(last));
}
