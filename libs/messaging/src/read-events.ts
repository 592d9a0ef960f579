import { CloudEvent } from '@cordee/contracts/cloud-event';
import { decode } from './reply.ts';
import { readMessages, type ReadOptions } from './read-messages.ts';

export interface ReadEvent {
  subject: string;
  event: CloudEvent;
}

/** Reads the events on the streams without affecting their consumers. Skips messages that are not events. */
export async function* readEvents(url: string, options: ReadOptions): AsyncGenerator<ReadEvent> {
  for await (const { subject, data } of readMessages(url, options)) {
    const event = CloudEvent.safeParse(parseOrUndefined(data));
    if (event.success) yield { subject, event: event.data };
  }
}

function parseOrUndefined(data: Uint8Array): unknown {
  try {
    return decode(data);
  } catch {
    return undefined;
  }
}
