import net from 'node:net';
import * as z from 'zod';

/** The setting `ALLOWED_HOSTS`. */
export const AllowedHosts = z
  .string()
  .default('')
  .describe(
    'Host names under which pages are served besides the host of PUBLIC_URL, localhost and IP addresses, separated ' +
      'by commas',
  )
  .transform((list) => list.split(',').map((name) => name.trim().toLowerCase()))
  .transform((names) => names.filter((name) => name !== ''))
  .refine((names) => names.every((name) => /^[a-z\d.-]+$/.test(name)), 'must be host names without scheme and port');

/**
 * The host names under which pages are served. A page of another host name must not reach a local page through DNS
 * rebinding: the name of the other site would then resolve to this server. An IP address needs no DNS and is allowed.
 */
export class OwnHosts {
  private readonly names: ReadonlySet<string>;

  constructor(publicUrl: string | undefined, allowedHosts: readonly string[]) {
    this.names = new Set(['localhost', ...(publicUrl ? [new URL(publicUrl).hostname] : []), ...allowedHosts]);
  }

  /** `host` is the value of the Host header. */
  includes(host: string | undefined): boolean {
    const match = /^(?:\[([^\]]*)\]|([^:]*))(?::\d*)?$/.exec(host ?? '');
    const hostName = (match?.[1] ?? match?.[2] ?? '').toLowerCase();
    return net.isIP(hostName) !== 0 || hostName.endsWith('.localhost') || this.names.has(hostName);
  }
}

/** The problem that answers a request with the host name of another site. */
export const HOST_NOT_ALLOWED = {
  status: 421,
  code: 'HOST_NOT_ALLOWED',
  title: 'This host name is not served; ALLOWED_HOSTS lists further host names',
} as const;
