import { findBroker } from './broker.mjs';
import { readEventEntities } from './event-entities.mjs';
import { escapeControls } from './escape-controls.mjs';
import { eventLine } from './event-line.mjs';
import { checkFilter, parseInstant } from './stream-options.mjs';

export async function run({ filter, since, json }) {
  const options = {
    follow: true,
    filter: checkFilter(filter, await readEventEntities()),
    since: parseInstant(since, new Date()),
    signal: abortOnInterrupt(),
  };
  const url = await findBroker();
  const { readEvents } = await import('@cordee/messaging/read-events');
  for await (const { event } of readEvents(url, options))
    console.log(json ? escapeControls(JSON.stringify(event)) : eventLine(event));
  return 0;
}

/**
 * Returns a signal that the first Ctrl-C aborts, so that reading stops after the current event. A second Ctrl-C ends
 * the process.
 */
function abortOnInterrupt() {
  const controller = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => controller.abort());
  return controller.signal;
}
