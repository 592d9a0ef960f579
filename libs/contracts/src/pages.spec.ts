import { describe, expect, it } from '@jest/globals';
import * as z from 'zod';
import { contracts } from './catalogue.ts';

/** Lists without pages, with the reason. */
const withoutPages: Record<string, string> = {
  listKeys: 'JWKS (RFC 7517) has no pages, and there are at most two keys',
  listProductTypes: 'the catalogue is small, and callers cache it as a whole with its ETag',
  simulateRenewals: 'the steps of all renewals are computed and sorted by date together',
  getPrepaid: 'contains the newest entries only',
  explainAccess: 'the chains of one decision',
  getSwissVatReport: 'the rows of one declaration',
  getOssVatReport: 'the rows of one declaration',
  explainOpenInvoice: 'contains the likeliest payments only',
  suggestSuspense: 'contains the best suggestions only',
  previewTransfer: 'contains a count, and the first grants only',
  getTeam: 'one team',
  getProduct: 'one product',
};

interface JsonObject {
  properties?: Record<string, { type?: string; items?: JsonObject & { $ref?: string; type?: string } }>;
}
const propertiesOf = (schema: z.ZodType, io: 'input' | 'output') =>
  (z.toJSONSchema(schema, { io, unrepresentable: 'any' }) as JsonObject).properties ?? {};

/** True when a field of the output is an array of objects. */
const isList = (output: z.ZodType): boolean =>
  Object.values(propertiesOf(output, 'output')).some(
    ({ type, items }) => type === 'array' && (items?.$ref !== undefined || items?.type === 'object'),
  );

const lists = [...contracts].filter(([, { http, output }]) => http?.method === 'GET' && isList(output));

describe('a list', () => {
  it.each(lists.filter(([name]) => !(name in withoutPages)))('%s has pages', (_, { input, output }) => {
    expect(Object.keys(propertiesOf(input, 'input'))).toEqual(expect.arrayContaining(['limit', 'cursor']));
    expect(Object.keys(propertiesOf(output, 'output'))).toEqual(expect.arrayContaining(['data', 'nextCursor']));
  });
});

it('every exception in withoutPages is the name of a list', () => {
  const names = lists.map(([name]) => name);
  expect(Object.keys(withoutPages).filter((name) => !names.includes(name))).toEqual([]);
});
