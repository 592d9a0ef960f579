import { readConfig } from '@cordee/service/config';
import { createSigningKey, verificationKeyOf, type SigningKey } from '@cordee/service/token-keys';
import { expect, it } from '@jest/globals';
import { IdentityConfig } from './config.ts';

const [currentKey, nextKey] = [createSigningKey(), createSigningKey()];
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
  expect(readConfigWith(currentKey, currentKey).TOKEN_SIGNING_KEY).toEqual(currentKey);
  expect(readConfigWith(nextKey, currentKey, nextKey).TOKEN_SIGNING_KEY).toEqual(nextKey);
});

it('a signing key is rejected when its public key is not one of the verification keys', () => {
  expect(() => readConfigWith(nextKey, currentKey)).toThrow(
    'TOKEN_SIGNING_KEY: its public key is not in TOKEN_VERIFICATION_KEYS',
  );
  expect(() => readConfigWith({ ...nextKey, kid: currentKey.kid }, currentKey)).toThrow('TOKEN_SIGNING_KEY');
});

it('a signing key is rejected when its two parts do not belong together', () => {
  expect(() => readConfigWith({ ...currentKey, d: nextKey.d }, currentKey)).toThrow(
    'does not belong to the private part',
  );
});

it.each([
  ['STAFF_EMAILS', 'anna'],
  ['STAFF_EMAILS', 'anna@provider.ch ben@provider.ch'],
  ['STAFF_EMAILS', 'anna@provider.ch, ben@provider.example'],
  ['STREAMS_NATS_URL', 'http://nats:4222'],
])('production refuses %s=%s', (name, value) => {
  expect(() => readConfig(IdentityConfig, { ...environmentWith(currentKey, currentKey), [name]: value })).toThrow(
    `${name}: `,
  );
});
