import { describe, expect, it } from '@jest/globals';
import { isSameHash, newApiToken, readApiToken } from './api-token-text.ts';

describe('the text of an API token', () => {
  const { text, prefix, hash } = newApiToken();

  it('contains the prefix and leads to the hash', () => {
    expect(text).toMatch(/^cordee_[0-9a-z]{10}_[0-9a-z]{38}$/);
    expect([text.startsWith(`${prefix}_`), prefix.length]).toEqual([true, 17]);
    expect(readApiToken(text)).toEqual({ prefix, hash });
    expect(newApiToken().text).not.toBe(text);
  });

  it('detects a typing error at every position', () => {
    for (let place = 0; place < text.length; place += 1) {
      const mistyped = text.slice(0, place) + (text[place] === '7' ? '8' : '7') + text.slice(place + 1);
      expect([place, readApiToken(mistyped)]).toEqual([place, undefined]);
    }
  });

  it.each<[string, (valid: string) => string]>([
    ['an empty text', () => ''],
    ['a shortened token', (valid) => valid.slice(0, -1)],
    ['a token with an additional character', (valid) => `${valid}0`],
    ['a token in capitals', (valid) => valid.toUpperCase()],
    ['a token with a space', (valid) => ` ${valid}`],
    ['an access token', () => 'eyJhbGciOiJFZERTQSJ9.e30.c2ln'],
  ])('is not %s', (_, change) => {
    expect(readApiToken(change(text))).toBeUndefined();
  });

  it('is compared by its hash', () => {
    expect([
      isSameHash(hash, readApiToken(text)!.hash),
      isSameHash(hash, newApiToken().hash),
      isSameHash(hash, Buffer.alloc(0)),
    ]).toEqual([true, false, false]);
  });
});
