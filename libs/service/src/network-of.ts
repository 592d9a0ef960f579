import { isIPv6 } from 'node:net';

/** The number of 16-bit groups of the network part of an IPv6 address. */
const NETWORK_GROUPS = 4;
const ALL_GROUPS = 8;
/** An IPv4 address in an IPv6 address (RFC 4291, section 2.5.5.2). */
const MAPPED_IPV4 = /^::ffff:([\da-f]+):([\da-f]+)$/;

/**
 * Returns the network by which callers are counted: the IPv4 address, or the first 64 bits of the IPv6 address. One
 * customer of an internet provider has all addresses with the same first 64 bits. All calls without an address share
 * one network.
 */
export function networkOf(address: string | undefined): string {
  if (!address || !isIPv6(address)) return address ?? '';
  // A URL writes every IPv6 address in one form, with an embedded IPv4 address as two groups. A URL refuses a zone.
  const normalized = new URL(`http://[${address.split('%')[0]}]`).hostname.slice(1, -1);
  const mapped = MAPPED_IPV4.exec(normalized);
  if (mapped) return mapped.slice(1).map(toDecimalBytes).join('.');
  const [head, tail] = normalized.split('::').map((part) => part.split(':').filter(Boolean)) as [string[], string[]?];
  const zeros = Array<string>(ALL_GROUPS - head.length - (tail?.length ?? 0)).fill('0');
  return `${[...head, ...zeros, ...(tail ?? [])].slice(0, NETWORK_GROUPS).join(':')}::/64`;
}

/** Converts a 16-bit group to two bytes of an IPv4 address: `c000` becomes `192.0`. */
function toDecimalBytes(group: string): string {
  const bits = Number.parseInt(group, 16);
  return `${bits >> 8}.${bits & 0xff}`;
}
