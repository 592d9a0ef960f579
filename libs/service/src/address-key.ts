import net from 'node:net';

/** The number of 16-bit groups of an IPv6 address that identify one customer of a provider: 64 bits. */
const CUSTOMER_GROUPS = 4;
const ALL_GROUPS = 8;

/**
 * Returns the key under which limits count an IP address: the IPv4 address, or the /64 network of an IPv6 address,
 * because one customer has all addresses of such a network.
 */
export function addressKey(address: string): string {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1];
  if (mapped !== undefined) return mapped;
  if (!net.isIPv6(address)) return address;
  const [head, tail] = address.split('%')[0]!.split('::');
  const headGroups = head ? head.split(':') : [];
  const tailGroups = tail ? tail.split(':') : [];
  const zeros = tail === undefined ? 0 : Math.max(0, ALL_GROUPS - headGroups.length - tailGroups.length);
  const groups = [...headGroups, ...Array<string>(zeros).fill('0'), ...tailGroups].slice(0, CUSTOMER_GROUPS);
  return `${groups.map((group) => Number.parseInt(group, 16).toString(16)).join(':')}::/64`;
}
