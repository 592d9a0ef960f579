import { describe, expect, it } from '@jest/globals';
import { generateKeyPairSync } from 'node:crypto';
import { readConfig } from '@cordee/service/config';
import { createSigningKey, verificationKeyOf } from '@cordee/service/token-keys';
import { RemindersConfig } from './config.ts';

const production = {
  NODE_ENV: 'production',
  CORDEE_MODE: 'production',
  DATABASE_URL: 'postgres://a@b/c',
  NATS_URL: 'nats://a:b@nats:4222',
  REDIS_URL: 'redis://:a@valkey:6379',
  PUBLIC_URL: 'https://portal.provider.ch',
  SMTP_URL: 'smtp://mail.provider.ch:25',
  MAIL_FROM: 'Provider <no-reply@provider.ch>',
  TOKEN_VERIFICATION_KEYS: JSON.stringify({ keys: [verificationKeyOf(createSigningKey())] }),
};
const dkim = {
  DKIM_DOMAIN: 'provider.ch',
  DKIM_SELECTOR: 'mail2026',
  DKIM_PRIVATE_KEY: generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
};
/** The error of the changed configuration; an empty text when it is valid. */
const problemsOf = (changes: Record<string, string | undefined>): string => {
  try {
    readConfig(RemindersConfig, { ...production, ...changes });
    return '';
  } catch (error) {
    return String(error);
  }
};

describe('the configuration of reminders in production', () => {
  it('accepts real values', () => {
    expect(problemsOf({})).toBe('');
    expect(problemsOf(dkim)).toBe('');
    // The servers of an installation may have local names.
    expect(problemsOf({ NATS_URL: 'nats://a:b@nats-0.local:4222,tls://a:b@127.0.0.1:4222' })).toBe('');
  });

  it('lists all missing addresses of servers together', () => {
    const problems = problemsOf({ NATS_URL: undefined, REDIS_URL: undefined, DATABASE_URL: undefined });
    expect(problems).toContain('DATABASE_URL: is missing');
    expect(problems).toContain('NATS_URL: is missing');
    expect(problems).toContain('REDIS_URL: is missing');
  });

  it.each([
    ['MAIL_FROM', 'Provider'],
    ['MAIL_FROM', 'Provider <>'],
    ['MAIL_FROM', 'a@provider.ch, b@provider.ch'],
    ['SMTP_URL', 'smtp://'],
    ['SMTP_URL', 'smtp://smtp.example.com:587'],
    ['SMTP_URL', 'smtp://user:password@host:587'],
    ['SMTP_URL', 'smtp://127.0.0.1:2525'],
    ['SMTP_URL', 'smtp://mail-catcher:2525'],
    ['NATS_URL', 'foo'],
    ['NATS_URL', 'nats://a:b@nats:4222,http://nats:4222'],
    ['NATS_URL', 'nats://reminders:password@nats:4222'],
    ['REDIS_URL', 'bar'],
    ['REDIS_URL', 'redis://valkey.example.com:6379'],
    ['DATABASE_URL', 'postgres://a@db.example/c'],
    ['JOBS_DATABASE_URL', 'foo'],
    ['OTEL_EXPORTER_OTLP_ENDPOINT', 'grpc://collector:4317'],
    ['OTEL_EXPORTER_OTLP_ENDPOINT', 'https://collector.example.com'],
    ['DKIM_DOMAIN', 'provider.ch'],
    ['ALLOWED_HOSTS', 'https://portal.provider.ch'],
    ['PUBLIC_URL', 'https://localhost.'],
    ['PUBLIC_URL', 'https://[::ffff:127.0.0.1]'],
    ['PUBLIC_URL', 'https://cordee.example.'],
    ['PUBLIC_URL', 'https://user:password@portal.provider.ch'],
    ['PUBLIC_URL', 'https://portal.provider.ch/?a=1#b'],
    ['CONSOLE_URL', 'https://console.provider.example'],
  ])('refuses %s=%s', (name, value) => {
    expect(problemsOf({ [name]: value })).toContain(`${name}: `);
  });

  it.each([
    ['DKIM_DOMAIN', 'provider.example'],
    ['DKIM_DOMAIN', 'no domain'],
    ['DKIM_SELECTOR', 'a b'],
    ['DKIM_PRIVATE_KEY', 'foo'],
  ])('refuses %s=%s of a DKIM signature', (name, value) => {
    expect(problemsOf({ ...dkim, [name]: value })).toContain(`${name}: `);
  });
});
