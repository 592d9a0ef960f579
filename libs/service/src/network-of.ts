import { isIPv6 } from 'node:net';

/** The number of 16-bit groups of the network part of an IPv6 address. */
const NETWORK_GROUPS = 4;
const ALL_GROUPS = 8;

/**
 * Returns the network by which callers are counted: the IPv4 address, or the first 64 bits of the IPv6 address, because
 * one customer of an internet provider has all addresses with the same 64 bits. All calls without an address share one
 * network.
 */
export function networkOf(address: string | undefined): string {
  if (!address || !isIPv6(address)) return address ?? '';
  const [, mapped] = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address) ?? [];
  if (mapped) return mapped;
  // A URL writes every IPv6 address in the same form, without a zone and without an embedded IPv4 address.
  const normal = new URL(`http://[${address.split('%')[0]}]`).hostname.slice(1, -1);
  const [head, tail] = normal.split('::').map((part) => part.split(':').filter(Boolean)) as [string[], string[]?];
  const zeros = Array<string>(ALL_GROUPS - head.length - (tail?.length ?? 0)).fill('0');
  return `${[...head, ...zeros, ...(tail ?? [])].slice(0, NETWORK_GROUPS).join(':')}::/64`;
}
