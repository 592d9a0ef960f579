import { describe, expect, it } from '@jest/globals';
import { toId } from '@cordee/contracts/id';
import * as fc from 'fast-check';
import { hashSecret, secretMatches, makeTransferToken, newSecret, readTransferToken } from './transfer-token.ts';

const anyTransferKey = fc.record({
  organizationId: fc.uuid().map((uuid) => toId('org', uuid)),
  transferId: fc.uuid().map((uuid) => toId('trf', uuid)),
});

describe('the token of a transfer', () => {
  it('contains the transfer, with or without the secret of a link', () => {
    fc.assert(
      fc.property(anyTransferKey, fc.boolean(), (transferKey, isLink) => {
        const secret = isLink ? newSecret() : Buffer.alloc(0);
        expect(readTransferToken(makeTransferToken(transferKey, secret))).toEqual({ ...transferKey, secret });
      }),
    );
  });

  it('is read only from texts with a valid length', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        const tokenContent = readTransferToken(text);
        // A token has no checksum: a random text is read when the part after the ids has no bytes or 24 bytes.
        if (tokenContent) expect([0, 24]).toContain(tokenContent.secret.length);
      }),
    );
    // 42 characters are a byte too short for the two ids. In 60 characters, the secret has 13 bytes.
    expect(['', 'x', 'A'.repeat(42), 'A'.repeat(60)].map(readTransferToken)).toEqual([
      undefined,
      undefined,
      undefined,
      undefined,
    ]);
  });

  it('matches only its own secret', () => {
    const secret = newSecret();
    expect(secretMatches(secret, hashSecret(secret))).toBe(true);
    for (const other of [newSecret(), Buffer.alloc(0), secret.subarray(1)])
      expect(secretMatches(other, hashSecret(secret))).toBe(false);
  });
});
