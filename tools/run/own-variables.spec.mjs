import { expect, it } from '@jest/globals';
import { ownVariables } from './own-variables.mjs';

const environment = {
  PATH: '/bin',
  NODE_EXTRA_CA_CERTS: '/ca.pem',
  LOG_LEVEL: 'info',
  NATS_URL: 'nats://own',
  DATABASE_URL: 'postgres://own',
  DATABASE_ADMIN_URL: 'postgres://admin',
  BILLING_DATABASE_URL: 'postgres://billing',
  BILLING_NATS_URL: 'nats://billing',
  STREAMS_NATS_URL: 'nats://streams',
  TOKEN_SIGNING_KEY_FILE: '/key',
  SMTP_URL: 'smtp://mail',
  MAIL_PAGE_PORT: '3025',
  AWS_SECRET_ACCESS_KEY: 'secret',
};
const common = ['PATH', 'NODE_EXTRA_CA_CERTS', 'LOG_LEVEL', 'NATS_URL'];

it.each([
  ['gateway', common],
  ['teams', [...common, 'DATABASE_URL']],
  ['identity', [...common, 'DATABASE_URL', 'STREAMS_NATS_URL', 'TOKEN_SIGNING_KEY_FILE']],
  ['mail-catcher', ['PATH', 'NODE_EXTRA_CA_CERTS', 'MAIL_PAGE_PORT']],
])('%s gets only the variables of its configuration', (name, variables) => {
  expect(Object.keys(ownVariables(name, environment)).sort()).toEqual([...variables].sort());
});

it('all-in-one gets the variables of every service, and none of the set-up', () => {
  const names = Object.keys(ownVariables('all-in-one', environment));
  expect(names).toEqual(expect.arrayContaining(['BILLING_DATABASE_URL', 'BILLING_NATS_URL', 'SMTP_URL']));
  expect(names).not.toContain('DATABASE_ADMIN_URL');
});
