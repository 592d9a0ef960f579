import { expect, it } from '@jest/globals';
import { readConfig } from '@cordee/service/config';
import { SetUpConfig } from './config.ts';

const environment = { DATABASE_ADMIN_URL: 'postgres://postgres:x@db/postgres' };

it('reads the names of the services to set up', () => {
  expect(readConfig(SetUpConfig, { ...environment, SET_UP_SERVICES: 'teams, billing' }).SET_UP_SERVICES).toEqual([
    'teams',
    'billing',
  ]);
  expect(readConfig(SetUpConfig, environment).SET_UP_SERVICES).toBeUndefined();
});

it.each(['team', 'teams,gateway', 'teams,'])('rejects SET_UP_SERVICES=%s', (names) => {
  expect(() => readConfig(SetUpConfig, { ...environment, SET_UP_SERVICES: names })).toThrow(
    'SET_UP_SERVICES: must contain only identity, teams',
  );
});

it('drops databases only outside production', () => {
  const fresh = { ...environment, CORDEE_FRESH: '1' };
  expect(readConfig(SetUpConfig, fresh)).toMatchObject({ CORDEE_FRESH: '1' });
  expect(() => readConfig(SetUpConfig, { ...fresh, NODE_ENV: 'production' })).toThrow('CORDEE_FRESH: production');
});
