import { readConfig } from '@cordee/service/config';
import { createSigningKey, verificationKeyOf, type SigningKey } from '@cordee/service/token-keys';
import { expect, it } from '@jest/globals';
import { IdentityConfig } from './config.ts';

const [current, next] = [createSigningKey(), createSigningKey()];
const readConfigWith = (signingKey: SigningKey, ...verificationKeys: SigningKey[]): IdentityConfig =>
  readConfig(IdentityConfig, {
    DATABASE_URL: 'postgres://cordee_identity@localhost/cordee_identity',
    PUBLIC_URL: 'https://portal.provider.ch',
    IDENTITY_SECRET: 'a secret of the test installation, long enough',
    TOKEN_SIGNING_KEY: JSON.stringify(signingKey),
    TOKEN_VERIFICATION_KEYS: JSON.stringify({ keys: verificationKeys.map(verificationKeyOf) }),
  });

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
