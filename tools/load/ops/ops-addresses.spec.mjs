import { describe, expect, test } from '@jest/globals';
import { parseOpsAddresses } from './ops-addresses.mjs';

const gateway = 'http://10.0.0.7:3000';

describe('the metrics addresses', () => {
  test('can be ports, URLs and named URLs', () => {
    expect(parseOpsAddresses('9100, http://a:9101, teams=https://b/metrics?x=1', gateway)).toEqual([
      { name: 'port 9100', url: 'http://10.0.0.7:9100/metrics', isPort: true },
      { name: 'a:9101', url: 'http://a:9101/metrics', isPort: false },
      { name: 'teams', url: 'https://b/metrics?x=1', isPort: false },
    ]);
  });

  test('can be a range of ports', () => {
    const entries = parseOpsAddresses('9100-9107', gateway);
    expect(entries).toHaveLength(8);
    expect(entries.at(-1)).toEqual({ name: 'port 9107', url: 'http://10.0.0.7:9107/metrics', isPort: true });
  });

  test.each(['9107-9100', '9100-99999', 'teams', 'a=b', '1-1000', 'x=http://a,x=http://b'])(
    '%s are rejected',
    (text) => {
      expect(() => parseOpsAddresses(text, gateway)).toThrow(`--ops`);
    },
  );
});
