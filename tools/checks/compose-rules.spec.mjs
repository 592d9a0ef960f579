import { describe, expect, it } from '@jest/globals';
import {
  dependenciesExist,
  secretsAreFiles,
  secretsAreUsed,
  variablesAreThose,
  variablesAreTold,
} from './compose-rules.mjs';

const compose = (service, rest = {}) => ({ services: { billing: service }, secrets: { url: {} }, ...rest });
const rules = { secretNames: new Set(['URL']), allowed: ['nats URL'] };

describe('secrets', () => {
  it.each([
    ['as a file that the service is given', { environment: { URL_FILE: '/run/secrets/url' }, secrets: ['url'] }, 0],
    ['in the environment', { environment: { URL: 'x' } }, 1],
    ['passed through from .env', { environment: { URL: null } }, 1],
    ['as a file that does not exist', { environment: { URL_FILE: '/run/secrets/other' }, secrets: ['url'] }, 1],
    ['as a file that the service is not given', { environment: { URL_FILE: '/run/secrets/url' } }, 1],
  ])('%s', (_, service, count) => {
    expect(secretsAreFiles(compose(service), rules)).toHaveLength(count);
  });

  it('may be in the environment where that is said', () => {
    expect(secretsAreFiles({ services: { nats: { environment: { URL: 'x' } } }, secrets: {} }, rules)).toEqual([]);
  });

  it.each([
    ['used', { environment: { URL_FILE: '/run/secrets/url' }, secrets: ['url'] }, 0],
    ['given and not used', { secrets: ['url'] }, 1],
    ['given to nobody', {}, 1],
  ])('%s', (_, service, count) => {
    expect(secretsAreUsed(compose(service))).toHaveLength(count);
  });
});

it.each([
  [{ A: null, B_FILE: '/run/secrets/b' }, []],
  [{ A: null }, ['billing: B cannot be set']],
  [{ A: null, B: null, C: null }, ['billing: C is read by nothing']],
])('variables %j', (environment, findings) => {
  expect(
    variablesAreThose(compose({ environment }), {
      variables: { billing: ['A', 'B', 'HOST'] },
      ofTheImage: ['HOST'],
      elsewhere: [],
    }),
  ).toEqual(findings);
});

it('variables that are asked for are told, and have no defaults', () => {
  expect(variablesAreTold('${A:?is missing} $${NOT_OURS} { environment: B }', 'A=\n#B=\n')).toEqual([]);
  expect(variablesAreTold('${A:-secret} { environment: C }', 'A=\n')).toHaveLength(2);
});

it('what is waited for exists and can be healthy', () => {
  const services = (condition, other) => ({
    services: { a: { depends_on: { b: { condition } } }, ...(other ? { b: other } : {}) },
  });
  expect(dependenciesExist(services('service_healthy', { build: {} }))).toEqual([]);
  expect(dependenciesExist(services('service_healthy', { image: 'x' }))).toHaveLength(1);
  expect(dependenciesExist(services('service_healthy', { build: {}, healthcheck: { disable: true } }))).toHaveLength(1);
  expect(dependenciesExist(services('service_started', undefined))).toHaveLength(1);
});
