import { expect, it } from '@jest/globals';
import { readAllConfigs } from './read-all-configs.ts';

it('lists the problems of the process, the gateway and all services together, each once', () => {
  let message = '';
  try {
    readAllConfigs({ NODE_ENV: 'production', CORS_ORIGINS: '*', SMTP_URL: 'foo' });
  } catch (error) {
    message = String(error);
  }
  const names = [...message.matchAll(/^  (\w+): /gm)].map(([, name]) => name);
  expect(new Set(names).size).toBe(names.length);
  expect(names).toEqual(
    expect.arrayContaining([
      'NATS_URL',
      'REDIS_URL',
      'CORS_ORIGINS',
      'SMTP_URL',
      'IDENTITY_SECRET',
      'SELLER_NAME',
      'TEAMS_DATABASE_URL',
      'BILLING_DATABASE_URL',
    ]),
  );
  expect(names).not.toContain('DATABASE_URL');
});
