import type { ConnectionOptions } from '@nats-io/transport-node';

/** Where the broker is and who signs in, from `nats://user:password@host:4222`, several separated by commas. */
export function brokerAddress(url: string): Pick<ConnectionOptions, 'servers' | 'user' | 'pass'> {
  const urls = url.split(',').map((one) => new URL(one));
  const { username, password } = urls[0]!;
  return {
    servers: urls.map(({ host }) => host),
    ...(username ? { user: decodeURIComponent(username), pass: decodeURIComponent(password) } : {}),
  };
}
