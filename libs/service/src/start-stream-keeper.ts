import { serviceNames } from '@cordee/contracts/contract';
import { StreamKeeper } from '@cordee/messaging/stream-keeper';
import { connectOrThrow } from './open-bus.ts';

/**
 * Starts the stream keeper, which creates missing streams and consumers. Returns undefined on the embedded bus, which
 * has no streams. Without `STREAMS_NATS_URL`, the user of `NATS_URL` must be allowed to create streams.
 */
export async function startStreamKeeper({
  STREAMS_NATS_URL,
  NATS_URL,
}: {
  STREAMS_NATS_URL?: string | undefined;
  NATS_URL?: string | undefined;
}): Promise<StreamKeeper | undefined> {
  const [variable, url] = STREAMS_NATS_URL ? ['STREAMS_NATS_URL', STREAMS_NATS_URL] : ['NATS_URL', NATS_URL];
  const names: readonly string[] = serviceNames;
  return url ? connectOrThrow(variable, () => StreamKeeper.start(url, (name) => names.includes(name))) : undefined;
}
