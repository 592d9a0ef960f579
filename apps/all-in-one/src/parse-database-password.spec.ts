import { expect, it } from '@jest/globals';
import { givenPassword } from './parse-database-password.ts';

it('returns the decoded password of the address', () => {
  expect(givenPassword('billing', 'postgres://cordee_billing:a%2Fb@postgres:5432/cordee_billing')).toBe('a/b');
});

it.each([
  ['with another role', 'postgres://postgres:x@postgres:5432/cordee_billing'],
  ['with another database', 'postgres://cordee_billing:x@postgres:5432/postgres'],
  ['without a password', 'postgres://cordee_billing@postgres:5432/cordee_billing'],
])('rejects an address %s', (_, url) => {
  expect(() => givenPassword('billing', url)).toThrow('BILLING_DATABASE_URL');
});
