import fs from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { cloneRoot } from '../infra/profile.mjs';
import { randomFrom } from '../measurement/random.mjs';
import { weightedChoice } from './run/weighted-choice.mjs';
import { scenarios, steps } from './scenarios.mjs';

const { paths } = JSON.parse(fs.readFileSync(path.join(cloneRoot, 'docs/openapi.json'), 'utf8'));
const operations = Object.entries(paths).flatMap(([template, methods]) =>
  Object.entries(methods).map(([method, operation]) => ({ template, method: method.toUpperCase(), operation })),
);
const person = { accountId: 'acc_1', memberId: 'mem_1', email: 'a@b.example', password: 'p', session: {} };
const organization = {
  path: '/v1/organizations/org_1',
  owner: person,
  people: [person, person],
  managers: [person],
  products: [{ id: 'prd_1', rights: ['technical'] }],
  teams: ['team_1'],
  documents: ['inv_1'],
};
/** Returns the objects that earlier steps would have created. */
const newState = () => ({
  teams: [{ organization, id: 'team_1' }],
  grants: [{ organization, id: 'grt_1' }],
  proFormas: [{ organization, proFormaId: 'pfm_1' }],
  orders: [{ organization, id: 'ord_1' }],
  sessions: [{ sessionId: 'ses_1', refreshToken: 'token' }],
});
const prepare = (step, changes = {}) =>
  steps[step]({
    random: randomFrom(1),
    organizations: [{ ...organization, ...changes }],
    state: newState(),
    nextName: (prefix) => `${prefix} 1`,
  });

describe('a step', () => {
  test.each(Object.keys(steps))('%s is the operation of the API document with this name', (step) => {
    const request = prepare(step);
    const { template, method, operation } = operations.find(({ operation: { operationId } }) => operationId === step);
    const pattern = new RegExp(`^${template.replaceAll(/\{\w+\}/g, '[^/]+')}$`);
    expect(request.path.split('?')[0]).toMatch(pattern);
    expect(request.method).toBe(method);
    // A step has a person exactly when its operation is not public; the person of `endSession` has only a session.
    expect(request.person === undefined).toBe(operation.security.length === 0);
    const key = operation.parameters?.find(({ name }) => name === 'Idempotency-Key');
    // Every command accepts a key; the load sends it with POST.
    expect(Boolean(request.hasIdempotencyKey)).toBe(key !== undefined && method === 'POST');
    const query = [...new URLSearchParams(request.path.split('?')[1]).keys()];
    const knownNames =
      operation.parameters?.filter((parameter) => parameter.in === 'query').map(({ name }) => name) ?? [];
    expect(knownNames).toEqual(expect.arrayContaining(query));
  });

  test('without data to act on is left out, and a payment becomes an order', () => {
    expect(prepare('checkAccess', { products: [] })).toBeUndefined();
    expect(prepare('getDocument', { documents: [] })).toBeUndefined();
    const context = {
      random: randomFrom(1),
      organizations: [organization],
      state: {},
      nextName: () => 'Product 1',
    };
    expect(steps.payDocument(context)).toMatchObject({ step: 'createOrder', path: '/v1/organizations/org_1/orders' });
    expect(steps.deleteTeam(context)).toBeUndefined();
  });
});

test.each(Object.entries(scenarios))('the scenario %s draws existing steps by their weights', (_, { weights }) => {
  expect(Object.keys(steps)).toEqual(expect.arrayContaining(Object.keys(weights)));
  const draw = weightedChoice(weights, randomFrom(3));
  const counts = {};
  const draws = 20_000;
  for (let index = 0; index < draws; index += 1) {
    const step = draw();
    counts[step] = (counts[step] ?? 0) + 1;
  }
  const sum = Object.values(weights).reduce((one, other) => one + other, 0);
  for (const [step, weight] of Object.entries(weights))
    expect(Math.abs(counts[step] / draws - weight / sum)).toBeLessThan(0.02);
});
