import { StreamKeeper } from '@cordee/messaging/stream-keeper';
import { growth } from './growth.mjs';
import { checkFromMemory } from './p1a-check-from-memory.mjs';
import { firstCheck } from './p1b-first-check.mjs';
import { checkOverNats } from './p1c-check-over-nats.mjs';
import { manyChecks } from './p1d-many-checks.mjs';
import { revocation } from './p1e-revocation.mjs';

let streamKeeper;
/** Creates the streams of the services that own access data, because identity does not run. */
export async function open() {
  streamKeeper = await StreamKeeper.start(process.env.NATS_URL, () => true);
}
export const close = () => streamKeeper.stop();

export const measurements = [checkFromMemory, firstCheck, checkOverNats, manyChecks, revocation, growth];
