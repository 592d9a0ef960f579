import { readConfig } from '@cordee/service/config';
import { createSigningKey, verificationKeyOf, type SigningKey } from '@cordee/service/token-keys';
import { expect, it } from '@jest/globals';
import { IdentityConfig } from './config.ts';

const [current, next] = [createSigningKey(), createSigningKey()];
const environmentWith = (signingKey: SigningKey, ...verificationKeys: SigningKey[]): Record<string, string> => ({
  DATABASE_URL: 'postgres://cordee_identity@localhost/cordee_identity',
  PUBLIC_URL: 'https://portal.provider.ch',
  IDENTITY_SECRET: 'a secret of the test installation, long enough',
  TOKEN_SIGNING_KEY: JSON.stringify(signingKey),
  TOKEN_VERIFICATION_KEYS: JSON.stringify({ keys: verificationKeys.map(verificationKeyOf) }),
});
const readConfigWith = (signingKey: SigningKey, ...verificationKeys: SigningKey[]): IdentityConfig =>
  readConfig(IdentityConfig, environmentWith(signingKey, ...verificationKeys));

it('a signing key is accepted when its public key is one of the verification keys', () => {
  expect(readConfigWith(current, current).TOKEN_SIGNING_KEY).toEqual(current);
  expect(readConfigWith(next, current, next).TOKEN_SIGNING_KEY).toEqual(next);
});

it('a signing key is rejected when its public key is not one of the verification keys', () => {
  expect(() => readConfigWith(next, current)).toThrow(
    'TOKEN_SIGNING_KEY: its public key is not in TOKEN_VERIFICATION_KEYS',
  );
  expect(() => readConfigWith({ ...next, kid: current.kid }, current)).toThrow('TOKEN_SIGNING_KEY');
});

it('a signing key is rejected when its two parts do not belong together', () => {
  expect(() => readConfigWith({ ...current, d: next.d }, current)).toThrow('does not belong to the private part');
});

it.each([
  ['STAFF_EMAILS', 'anna'],
  ['STAFF_EMAILS', 'anna@provider.ch ben@provider.ch'],
  ['STAFF_EMAILS', 'anna@provider.ch, ben@provider.example'],
  ['STREAMS_NATS_URL', 'http://nats:4222'],
])('production refuses %s=%s', (name, value) => {
  expect(() => readConfig(IdentityConfig, { ...environmentWith(current, current), [name]: value })).toThrow(
    `${name}: `,
  );
});
