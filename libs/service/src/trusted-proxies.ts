import net from 'node:net';
import * as z from 'zod';

/** Proxies whose `X-Forwarded-For` header is trusted. */
export interface TrustedProxies {
  has(address: string): boolean;
}

const familyOf = (address: string): 'ipv4' | 'ipv6' | undefined =>
  ({ 4: 'ipv4' as const, 6: 'ipv6' as const })[net.isIP(address)];

/** The setting `TRUSTED_PROXIES`: IP addresses and networks, separated by commas. */
export const TrustedProxies = z
  .string()
  .default('')
  .describe(
    'IP addresses or networks of proxies in front of the server, separated by commas: `10.0.0.7,10.1.0.0/16`. ' +
      'For a request from one of these proxies, the address in X-Forwarded-For is the address of the client',
  )
  .transform((list, context): TrustedProxies => {
    const proxies = new net.BlockList();
    for (const entry of list.split(',').map((text) => text.trim())) {
      if (entry !== '' && !addEntry(proxies, entry))
        context.addIssue({ code: 'custom', message: `"${entry}" is neither an IP address nor a network` });
    }
    return {
      has: (address) => {
        const family = familyOf(address);
        return family !== undefined && proxies.check(address, family);
      },
    };
  });

function addEntry(proxies: net.BlockList, entry: string): boolean {
  const [address, prefix, ...otherParts] = entry.split('/');
  const family = familyOf(address!);
  if (!family || otherParts.length > 0) return false;
  if (prefix === undefined) proxies.addAddress(address!, family);
  else {
    const bits = /^\d{1,3}$/.test(prefix) ? Number(prefix) : Infinity;
    // A network of all addresses would let every client choose the address by which it is counted.
    if (bits < 1 || bits > (family === 'ipv4' ? 32 : 128)) return false;
    proxies.addSubnet(address!, bits, family);
  }
  return true;
}
