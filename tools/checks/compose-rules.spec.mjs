import { describe, expect, it } from '@jest/globals';
import {
  dependenciesExist,
  secretsAreFiles,
  secretsAreUsed,
  variablesMatchSchemas,
  variablesAreDocumented,
} from './compose-rules.mjs';

const compose = (service, rest = {}) => ({ services: { billing: service }, secrets: { url: {} }, ...rest });
const rules = { secretNames: new Set(['URL']), allowed: ['nats URL'] };

describe('secrets', () => {
  it.each([
    [
      'as a file that is granted to the service',
      { environment: { URL_FILE: '/run/secrets/url' }, secrets: ['url'] },
      0,
    ],
    ['in the environment', { environment: { URL: 'x' } }, 1],
    ['passed through from .env', { environment: { URL: null } }, 1],
    ['as a file that does not exist', { environment: { URL_FILE: '/run/secrets/other' }, secrets: ['url'] }, 1],
    ['as a file that is not granted to the service', { environment: { URL_FILE: '/run/secrets/url' } }, 1],
  ])('%s', (_, service, count) => {
    expect(secretsAreFiles(compose(service), rules)).toHaveLength(count);
  });

  it('can be in the environment where it is allowed', () => {
    expect(secretsAreFiles({ services: { nats: { environment: { URL: 'x' } } }, secrets: {} }, rules)).toEqual([]);
  });

  it.each([
    ['used', { environment: { URL_FILE: '/run/secrets/url' }, secrets: ['url'] }, 0],
    ['granted but not used', { secrets: ['url'] }, 1],
    ['not granted', {}, 1],
  ])('%s', (_, service, count) => {
    expect(secretsAreUsed(compose(service))).toHaveLength(count);
  });
});

it.each([
  [{ A: null, B_FILE: '/run/secrets/b' }, []],
  [{ A: null }, ['billing: B cannot be set']],
  [{ A: null, B: null, C: null }, ['billing: C is not read by the service']],
])('variables %j', (environment, findings) => {
  expect(
    variablesMatchSchemas(compose({ environment }), {
      variables: { billing: ['A', 'B', 'HOST'] },
      setInImage: ['HOST'],
      notSet: [],
    }),
  ).toEqual(findings);
});

it('variables are documented and have no defaults', () => {
  expect(variablesAreDocumented('${A:?is missing} $${NOT_OURS} { environment: B }', 'A=\n#B=\n')).toEqual([]);
  expect(variablesAreDocumented('${A:-secret} { environment: C }', 'A=\n')).toHaveLength(2);
});

it('dependencies exist and have a health check', () => {
  const services = (condition, other) => ({
    services: { a: { depends_on: { b: { condition } } }, ...(other ? { b: other } : {}) },
  });
  expect(dependenciesExist(services('service_healthy', { build: {} }))).toEqual([]);
  expect(dependenciesExist(services('service_healthy', { image: 'x' }))).toHaveLength(1);
  expect(dependenciesExist(services('service_healthy', { build: {}, healthcheck: { disable: true } }))).toHaveLength(1);
  expect(dependenciesExist(services('service_started', undefined))).toHaveLength(1);
});
