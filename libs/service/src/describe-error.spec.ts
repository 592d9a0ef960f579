import { describe, expect, it } from '@jest/globals';
import { describeError } from './describe-error.ts';

const secret = 'anna@alpine.example';

function databaseError(
  fields: object,
  message = 'duplicate key value violates unique constraint "account_email"',
): Error {
  return Object.assign(new Error(message), fields);
}

describe('the description of an error in the log', () => {
  it('contains the code, the constraint and the table of a failed statement, but no values', () => {
    const error = databaseError({
      code: '23505',
      constraint: 'account_email',
      table: 'account',
      detail: `Key (email)=(${secret}) already exists.`,
      where: secret,
      query: `insert into account values ('${secret}')`,
    });
    expect(describeError(error)).toMatchObject({ code: '23505', constraint: 'account_email', table: 'account' });
    expect(JSON.stringify(describeError(error))).not.toContain(secret);
  });

  it('contains no values of a data exception that is the cause of an error', () => {
    const cause = databaseError({ code: '22P02' }, `invalid input syntax for type uuid: "${secret}"`);
    const described = describeError(new Error('the call failed', { cause }));
    expect(described).toMatchObject({ message: 'the call failed', cause: { message: 'data exception 22P02' } });
    expect(JSON.stringify(described)).not.toContain(secret);
  });

  it('contains the frames of the stack', () => {
    expect(describeError(new Error('x')).stack).toMatch(/^\s+at .*describe-error\.spec\.ts/);
  });

  it.each([
    ['a text', 'a text'],
    [undefined, 'undefined'],
  ])('contains the type and the text of %p, which is no error', (value, message) => {
    expect(describeError(value)).toEqual({ type: typeof value, message });
  });
});
