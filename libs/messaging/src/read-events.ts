import { CloudEvent } from '@cordee/contracts/cloud-event';
import { decode } from './reply.ts';
import { readMessages, type ReadOptions } from './read-messages.ts';

export interface ReadEvent {
  subject: string;
  event: CloudEvent;
}

/** The events on the streams, read without taking anything from those who consume them. Messages that are no events are skipped. */
export async function* readEvents(url: string, options: ReadOptions): AsyncGenerator<ReadEvent> {
  for await (const { subject, data } of readMessages(url, options)) {
    const event = CloudEvent.safeParse(parsed(data));
    if (event.success) yield { subject, event: event.data };
  }
}

function parsed(data: Uint8Array): unknown {
  try {
    return decode(data);
  } catch {
    return undefined;
  }
}
