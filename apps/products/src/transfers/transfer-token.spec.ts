import { describe, expect, it } from '@jest/globals';
import { toId } from '@cordee/contracts/id';
import * as fc from 'fast-check';
import { hashSecret, isSecret, makeTransferToken, newSecret, readTransferToken } from './transfer-token.ts';

const key = fc.record({
  organizationId: fc.uuid().map((uuid) => toId('org', uuid)),
  transferId: fc.uuid().map((uuid) => toId('trf', uuid)),
});

describe('the token of a transfer', () => {
  it('says which transfer it is, with the secret of a link or without one', () => {
    fc.assert(
      fc.property(key, fc.boolean(), (place, isLink) => {
        const secret = isLink ? newSecret() : Buffer.alloc(0);
        expect(readTransferToken(makeTransferToken(place, secret))).toEqual({ ...place, secret });
      }),
    );
  });

  it('is read from no other text, and never breaks on one', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        const link = readTransferToken(text);
        if (link) expect([0, 24]).toContain(link.secret.length);
      }),
    );
    expect(['', 'x', 'A'.repeat(42), 'A'.repeat(60)].map(readTransferToken)).toEqual([
      undefined,
      undefined,
      undefined,
      undefined,
    ]);
  });

  it('carries a secret that only itself matches', () => {
    const secret = newSecret();
    expect(isSecret(secret, hashSecret(secret))).toBe(true);
    for (const other of [newSecret(), Buffer.alloc(0), secret.subarray(1)])
      expect(isSecret(other, hashSecret(secret))).toBe(false);
  });
});
