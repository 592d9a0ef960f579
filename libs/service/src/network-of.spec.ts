import { expect, it } from '@jest/globals';
import { networkOf } from './network-of.ts';

it.each<[string, string | undefined, string]>([
  ['an IPv4 address is its own network', '192.0.2.7', '192.0.2.7'],
  ['an IPv4 address in an IPv6 address is the IPv4 address', '::ffff:192.0.2.7', '192.0.2.7'],
  ['an IPv4 address in the hexadecimal form of IPv6 is the IPv4 address', '::ffff:c000:207', '192.0.2.7'],
  ['an IPv4 address in the long form of IPv6 is the IPv4 address', '0:0:0:0:0:FFFF:C000:0207', '192.0.2.7'],
  ['an IPv6 address gives its first 64 bits', '2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
  ['a short IPv6 address is expanded', '2001:DB8::6', '2001:db8:0:0::/64'],
  ['zeros at the end are expanded', '2001:db8:1:2::', '2001:db8:1:2::/64'],
  ['a zone is ignored', 'fe80::1%eth0', 'fe80:0:0:0::/64'],
  ['an embedded IPv4 address is part of the host', '64:ff9b::192.0.2.7', '64:ff9b:0:0::/64'],
  ['the local address has a network', '::1', '0:0:0:0::/64'],
  ['a missing address is the empty network', undefined, ''],
])('%s', (_, address, network) => {
  expect(networkOf(address)).toBe(network);
});
