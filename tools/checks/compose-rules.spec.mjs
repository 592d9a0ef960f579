import { describe, expect, it } from '@jest/globals';
import {
  dependenciesExist,
  gracePeriodIsVariable,
  imagesHaveVersion,
  scaledServicesHaveNoHostPort,
  secretsAreFiles,
  secretsAreUsed,
  variablesMatchSchemas,
  variablesAreDocumented,
} from './compose-rules.mjs';

const compose = (service) => ({ services: { billing: service }, secrets: { url: {} } });
const rules = { secretNames: new Set(['URL']), allowed: ['nats URL'] };

describe('the rules for secrets', () => {
  it.each([
    [
      'accept a secret as a file that is granted to the service',
      { environment: { URL_FILE: '/run/secrets/url' }, secrets: ['url'] },
      0,
    ],
    ['find a secret in the environment', { environment: { URL: 'x' } }, 1],
    ['find a secret that is passed through from .env', { environment: { URL: null } }, 1],
    [
      'find a file that is not declared as a secret',
      { environment: { URL_FILE: '/run/secrets/other' }, secrets: ['url'] },
      1,
    ],
    ['find a file that is not granted to the service', { environment: { URL_FILE: '/run/secrets/url' } }, 1],
  ])('%s', (_, service, count) => {
    expect(secretsAreFiles(compose(service), rules)).toHaveLength(count);
  });

  it('accept a secret in the environment when an exception allows it', () => {
    expect(secretsAreFiles({ services: { nats: { environment: { URL: 'x' } } }, secrets: {} }, rules)).toEqual([]);
  });

  it.each([
    ['accept a secret that the service uses', { environment: { URL_FILE: '/run/secrets/url' }, secrets: ['url'] }, 0],
    ['find a secret that is granted but not used', { secrets: ['url'] }, 1],
    ['find a secret that is not granted', {}, 1],
  ])('%s', (_, service, count) => {
    expect(secretsAreUsed(compose(service))).toHaveLength(count);
  });
});

it.each([
  [{ A: null, B_FILE: '/run/secrets/b' }, []],
  [{ A: null }, ['billing: B is not set']],
  [{ A: null, B: null, C: null }, ['billing: the service does not read C']],
])('compares the environment %j with the variables that the service reads', (environment, findings) => {
  expect(
    variablesMatchSchemas(compose({ environment }), {
      variables: { billing: ['A', 'B', 'HOST'] },
      setInImage: ['HOST'],
      notSet: [],
    }),
  ).toEqual(findings);
});

it('finds variables that .env.example does not list, and variables with a default', () => {
  expect(variablesAreDocumented('${A:?is missing} $${NOT_OURS} { environment: B }', 'A=\n#B=\n')).toEqual([]);
  expect(variablesAreDocumented('${A:-secret} { environment: C }', 'A=\n')).toHaveLength(2);
});

it('finds dependencies that do not exist or have no health check', () => {
  const services = (condition, dependency) => ({
    services: { a: { depends_on: { b: { condition } } }, ...(dependency ? { b: dependency } : {}) },
  });
  expect(dependenciesExist(services('service_healthy', { build: {} }))).toEqual([]);
  expect(dependenciesExist(services('service_healthy', { image: 'x' }))).toHaveLength(1);
  expect(dependenciesExist(services('service_healthy', { build: {}, healthcheck: { disable: true } }))).toHaveLength(1);
  expect(dependenciesExist(services('service_started', undefined))).toHaveLength(1);
});

it('the rule for versions finds an image and a build argument with another version', () => {
  const services = (tag, version) => ({
    services: { nats: { image: 'nats:2' }, a: { image: `cordee-a:${tag}`, build: { args: { VERSION: version } } } },
  });
  expect(imagesHaveVersion(services('0.1.0', '0.1.0'), '0.1.0')).toEqual([]);
  expect(imagesHaveVersion(services('latest', '0.1.0'), '0.1.0')).toHaveLength(1);
  expect(imagesHaveVersion(services('0.1.0', '0.2.0'), '0.1.0')).toHaveLength(1);
});

it.each([
  ['127.0.0.1:3030:3030', 1],
  ['3030:3030', 1],
  ['3030-3031:3030-3031/tcp', 1],
  [{ target: 3030, published: 3030 }, 1],
  [{ target: 3030, host_ip: '127.0.0.1' }, 0],
  ['127.0.0.1::3030', 0],
  ['3030', 0],
  [3030, 0],
])('finds the fixed port %j of a service that is scaled', (port, count) => {
  expect(scaledServicesHaveNoHostPort(compose({ ports: [port] }), { scaled: ['billing'] })).toHaveLength(count);
  expect(scaledServicesHaveNoHostPort(compose({ ports: [port] }), { scaled: ['teams'] })).toEqual([]);
});

it.each([
  ['15s', { DRAIN_MS: null }, 1],
  [undefined, { DRAIN_MS: null }, 1],
  ['${STOP_GRACE_PERIOD:?is missing}', { DRAIN_MS: null }, 0],
  ['60s', {}, 0],
])('compares the grace period %s with the environment %j', (stop_grace_period, environment, count) => {
  expect(gracePeriodIsVariable(compose({ stop_grace_period, environment }))).toHaveLength(count);
});
