import { expect, it } from '@jest/globals';
import * as z from 'zod';
import { contracts } from './catalogue.ts';
import { assertVersion } from './if-match.ts';

const fieldsOf = (schema: z.ZodType): string[] => (schema instanceof z.ZodObject ? Object.keys(schema.shape) : []);

const changeContracts = [...contracts.values()].filter(
  ({ http, output }) => http && ['PATCH', 'PUT'].includes(http.method) && fieldsOf(output).includes('version'),
);

it.each(changeContracts.map((contract) => [contract.subject, contract] as const))(
  '%s, whose response has an ETag, reads If-Match',
  (_, { input }) => {
    expect(fieldsOf(input)).toContain('ifMatch');
  },
);

it.each([
  [undefined, 'ok'],
  [[3], 'ok'],
  [[2, 3], 'ok'],
  [[2], 'VERSION_MISMATCH'],
  [[], 'VERSION_MISMATCH'],
])('the accepted versions %j give %s for version 3', (acceptedVersions, expected) => {
  let code = 'ok';
  try {
    assertVersion(acceptedVersions, 3);
  } catch (error) {
    ({ code } = error as { code: string });
  }
  expect(code).toBe(expected);
});
