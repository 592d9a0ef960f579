import { connect, errors, type ConnectionOptions, type NatsConnection } from '@nats-io/transport-node';

/** The broker does not accept the user or the password of the address. */
export class BrokerRefusal extends Error {
  override readonly name = 'BrokerRefusal';

  constructor({ user, servers }: ConnectionOptions) {
    const refused = user ? `the user ${user}: its password is wrong` : 'a connection without a user';
    super(`NATS at ${String(servers)} refuses ${refused}`);
  }
}

/** Connects, and reconnects without limit. Resolves when the first connection is established. */
export function connectToBroker(options: ConnectionOptions): Promise<NatsConnection> {
  return connect({
    ...options,
    waitOnFirstConnect: true,
    maxReconnectAttempts: -1,
    reconnectTimeWait: 250,
  }).catch((error: unknown) => {
    throw error instanceof errors.AuthorizationError ? new BrokerRefusal(options) : error;
  });
}
