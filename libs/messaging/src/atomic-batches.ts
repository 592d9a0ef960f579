import type { NatsConnection } from '@nats-io/transport-node';

/** The first version of NATS with atomic batches. */
const MINIMUM_VERSION = [2, 12] as const;

/** True when the connected broker can store several events together. */
export function hasAtomicBatches(connection: NatsConnection): boolean {
  const [major = 0, minor = 0] = (connection.info?.version ?? '').split('.').map(Number);
  return major > MINIMUM_VERSION[0] || (major === MINIMUM_VERSION[0] && minor >= MINIMUM_VERSION[1]);
}
