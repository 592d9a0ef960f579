import { findBroker } from './broker.mjs';
import { eventLine } from './event-line.mjs';
import { checkFilter, instantOf } from './since.mjs';

export async function run({ filter, since, json }) {
  const options = {
    follow: true,
    filter: checkFilter(filter),
    since: instantOf(since, new Date()),
    signal: untilInterrupted(),
  };
  const url = await findBroker();
  const { readEvents } = await import('@cordee/messaging/read-events');
  for await (const { event } of readEvents(url, options)) console.log(json ? JSON.stringify(event) : eventLine(event));
  return 0;
}

/** The first Ctrl-C ends the reading in order, a second one at once. */
function untilInterrupted() {
  const stopping = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => stopping.abort());
  return stopping.signal;
}
