import type { ConnectionOptions } from '@nats-io/transport-node';

/**
 * Parses the address of the broker, `nats://user:password@host:4222`, into connection options. Commas separate several
 * URLs. A user may read only the inbox that contains the name of the user. `tls://` requires TLS; `?ca=/path` names a
 * file with the certificate authority.
 */
export function brokerAddress(
  url: string | undefined,
): Pick<ConnectionOptions, 'servers' | 'user' | 'pass' | 'inboxPrefix' | 'tls'> {
  const urls = (url ?? '').split(',').map(parse);
  const { username, password, protocol, searchParams } = urls[0]!;
  const caFile = searchParams.get('ca');
  return {
    servers: urls.map(({ host }) => host),
    ...(username
      ? { user: decodeURIComponent(username), pass: decodeURIComponent(password), inboxPrefix: `_INBOX_${username}` }
      : {}),
    ...(protocol === 'tls:' ? { tls: caFile ? { caFile } : {} } : {}),
  };
}

/** The error does not contain the text, because the text may contain a password. */
function parse(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (!url?.host) throw new TypeError('The address of the broker is missing or is not nats://user:password@host:4222');
  return url;
}
