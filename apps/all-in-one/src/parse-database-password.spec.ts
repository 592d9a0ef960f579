import { expect, it } from '@jest/globals';
import { parseDatabasePassword } from './parse-database-password.ts';

it('returns the decoded password of a database address', () => {
  expect(parseDatabasePassword('billing', 'postgres://cordee_billing:a%2Fb@postgres:5432/cordee_billing')).toBe('a/b');
});

it.each([
  ['with another role', 'postgres://postgres:x@postgres:5432/cordee_billing'],
  ['with another database', 'postgres://cordee_billing:x@postgres:5432/postgres'],
  ['without a password', 'postgres://cordee_billing@postgres:5432/cordee_billing'],
])('rejects a database address %s', (_, url) => {
  expect(() => parseDatabasePassword('billing', url)).toThrow('BILLING_DATABASE_URL');
});
