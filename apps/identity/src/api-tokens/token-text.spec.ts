import { describe, expect, it } from '@jest/globals';
import { isSameHash, newTokenText, readTokenText } from './token-text.ts';

describe('the text of an API token', () => {
  const { text, prefix, hash } = newTokenText();

  it('contains the prefix, and reading it returns the prefix and the hash', () => {
    expect(text).toMatch(/^cordee_[0-9a-z]{10}_[0-9a-z]{38}$/);
    expect([text.startsWith(`${prefix}_`), prefix.length]).toEqual([true, 'cordee_'.length + 10]);
    expect(readTokenText(text)).toEqual({ prefix, hash });
    expect(newTokenText().text).not.toBe(text);
  });

  it('detects a typing error at every position', () => {
    for (let index = 0; index < text.length; index += 1) {
      const mistyped = text.slice(0, index) + (text[index] === '7' ? '8' : '7') + text.slice(index + 1);
      expect([index, readTokenText(mistyped)]).toEqual([index, undefined]);
    }
  });

  it.each<[string, (valid: string) => string]>([
    ['an empty text', () => ''],
    ['a shortened token', (valid) => valid.slice(0, -1)],
    ['a token with an additional character', (valid) => `${valid}0`],
    ['a token in capitals', (valid) => valid.toUpperCase()],
    ['a token with a space', (valid) => ` ${valid}`],
    ['an access token', () => 'eyJhbGciOiJFZERTQSJ9.e30.c2ln'],
  ])('cannot be read from %s', (_, change) => {
    expect(readTokenText(change(text))).toBeUndefined();
  });

  it('has a hash that differs from the hashes of other texts', () => {
    expect([
      isSameHash(hash, readTokenText(text)!.hash),
      isSameHash(hash, newTokenText().hash),
      isSameHash(hash, Buffer.alloc(0)),
    ]).toEqual([true, false, false]);
  });
});
