import { CloudEvent } from '@cordee/contracts/cloud-event';
import { DeliverPolicy, jetstream, jetstreamManager, type ConsumerMessages } from '@nats-io/jetstream';
import { connect } from '@nats-io/transport-node';
import { decode } from './reply.ts';

export interface ReadOptions {
  /** Goes on with what comes; otherwise ends when everything stored has been read. */
  follow: boolean;
  /** `billing`, or `billing.invoice`; everything when left out. */
  filter?: string | undefined;
  /** Events from this instant on; from the beginning when left out, from now when following. */
  since?: Date | undefined;
}

export interface ReadEvent {
  subject: string;
  event: CloudEvent;
}

/** The events on the streams, read without taking anything from those who consume them. Messages that are no events are handed out as `undefined` events never: they are skipped. */
export async function* readEvents(url: string, options: ReadOptions): AsyncGenerator<ReadEvent> {
  const { username, password, host } = new URL(url);
  const connection = await connect({ servers: host, name: 'events', ...(username ? { user: decodeURIComponent(username), pass: decodeURIComponent(password) } : {}) });
  try {
    const manager = await jetstreamManager(connection);
    const client = jetstream(connection);
    const [service, entity] = (options.filter ?? '').split('.');
    const queue: ReadEvent[] = [];
    let wake = (): void => undefined;
    const reading: Promise<void>[] = [];
    const open: ConsumerMessages[] = [];
    for await (const stream of manager.streams.list()) {
      const { name } = stream.config;
      if (!name.startsWith('EVT_') || (service && name !== `EVT_${service.toUpperCase()}`)) continue;
      const pending = stream.state.messages;
      if (!options.follow && pending === 0) continue;
      const consumer = await client.consumers.get(name, {
        ...(entity ? { filter_subjects: `evt.${service}.${entity}.>` } : {}),
        deliver_policy: options.since ? DeliverPolicy.StartTime : options.follow ? DeliverPolicy.New : DeliverPolicy.All,
        ...(options.since ? { opt_start_time: options.since.toISOString() } : {}),
      });
      const messages = await consumer.consume();
      open.push(messages);
      reading.push((async () => {
        for await (const message of messages) {
          const event = CloudEvent.safeParse(decode(message.data));
          if (event.success) queue.push({ subject: message.subject, event: event.data as CloudEvent });
          wake();
          if (!options.follow && message.info.pending === 0) break;
        }
      })());
    }
    let isDone = false;
    const all = Promise.all(reading).then(() => { isDone = true; wake(); });
    while (!isDone || queue.length) {
      const next = queue.shift();
      if (next) yield next;
      else if (!isDone) await new Promise<void>((resolve) => { wake = resolve; });
    }
    await all;
    for (const messages of open) await messages.close();
  } finally {
    await connection.close();
  }
}
