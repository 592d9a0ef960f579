import { describe, expect, test } from '@jest/globals';
import { TrustedProxies } from './trusted-proxies.ts';

describe('TRUSTED_PROXIES', () => {
  test.each([
    ['', '127.0.0.1', false],
    ['10.0.0.7', '10.0.0.7', true],
    ['10.0.0.7', '10.0.0.8', false],
    ['10.0.0.7', '::ffff:10.0.0.7', true],
    ['192.0.2.1, 10.1.0.0/16', '10.1.200.3', true],
    ['10.1.0.0/16', '10.2.0.1', false],
    ['2001:db8::/32', '2001:db8:1::5', true],
    ['2001:db8::/32', '2001:db9::5', false],
    ['10.0.0.7', 'not an address', false],
  ])('%j contains %s: %s', (list, address, isTrusted) => {
    expect(TrustedProxies.parse(list).has(address)).toBe(isTrusted);
  });

  test.each(['proxy.example', '10.0.0.7/33', '10.0.0.0/0', '::/0', '10.0.0.7/', '10.0.0.7/8/8', '10.0.0.7;10.0.0.8'])(
    '%j is rejected, and the error names the wrong entry',
    (list) => {
      expect(TrustedProxies.safeParse(list).error?.issues[0]?.message).toContain(`"${list}" is neither`);
    },
  );
});
