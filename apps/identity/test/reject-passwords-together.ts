import { jest } from '@jest/globals';
import { Passwords } from '../src/passwords/passwords.ts';

/**
 * Runs attempts whose passwords are all wrong. No transaction begins before the passwords of all attempts are checked,
 * so that every attempt reads the counts before the first attempt is counted.
 */
export async function rejectPasswordsTogether<T>(attempts: readonly (() => Promise<T>)[]): Promise<T[]> {
  const allChecked = Promise.withResolvers<boolean>();
  let checkedCount = 0;
  const verify = jest.spyOn(Passwords.prototype, 'verify').mockImplementation(() => {
    checkedCount += 1;
    if (checkedCount === attempts.length) allChecked.resolve(false);
    return allChecked.promise;
  });
  try {
    return await Promise.all(attempts.map((attempt) => attempt()));
  } finally {
    verify.mockRestore();
  }
}
