import { createPrivateKey, createPublicKey, sign, verify } from 'node:crypto';
import { expect, test } from '@jest/globals';
import { addMissingVariables, fillSecrets } from './fill-secrets.mjs';

const valueOf = (text, name) => new RegExp(`^${name}='?(.*?)'?$`, 'm').exec(text)[1];

test('fillSecrets gives every empty variable its own value and keeps the others', () => {
  const { text, filledNames, missingNames } = fillSecrets(
    '# a comment\nPOSTGRES_PASSWORD=\nVALKEY_PASSWORD=kept\nTEAMS_DATABASE_URL=\nSMTP_URL=\n#MAIL_FROM=\n',
  );
  expect(filledNames).toEqual(['POSTGRES_PASSWORD', 'TEAMS_DATABASE_URL']);
  expect(missingNames).toEqual(['SMTP_URL']);
  expect(valueOf(text, 'POSTGRES_PASSWORD')).toMatch(/^p[0-9a-f]{48}$/);
  expect(valueOf(text, 'VALKEY_PASSWORD')).toBe('kept');
  expect(valueOf(text, 'TEAMS_DATABASE_URL')).toMatch(
    /^postgres:\/\/cordee_teams:p[0-9a-f]{48}@postgres:5432\/cordee_teams$/,
  );
  expect(text).toContain('#MAIL_FROM=\n');
});

test('fillSecrets makes a private key and its public key', () => {
  const { text } = fillSecrets('TOKEN_SIGNING_KEY=\nTOKEN_VERIFICATION_KEYS=\n');
  const privateKey = JSON.parse(valueOf(text, 'TOKEN_SIGNING_KEY'));
  const [publicKey] = JSON.parse(valueOf(text, 'TOKEN_VERIFICATION_KEYS')).keys;
  expect(publicKey).toMatchObject({ kty: 'OKP', crv: 'Ed25519', x: privateKey.x, kid: privateKey.kid });
  expect(publicKey).not.toHaveProperty('d');
  const signature = sign(null, Buffer.from('text'), createPrivateKey({ key: privateKey, format: 'jwk' }));
  const key = createPublicKey({ key: publicKey, format: 'jwk' });
  expect(verify(null, Buffer.from('text'), key, signature)).toBe(true);
});

test('fillSecrets leaves a verification key empty when there is a signing key', () => {
  const { text, missingNames } = fillSecrets("TOKEN_SIGNING_KEY='{}'\nTOKEN_VERIFICATION_KEYS=\n");
  expect([text, missingNames]).toEqual([
    "TOKEN_SIGNING_KEY='{}'\nTOKEN_VERIFICATION_KEYS=\n",
    ['TOKEN_VERIFICATION_KEYS'],
  ]);
});

test('addMissingVariables adds the variables that a new version needs', () => {
  const text = 'POSTGRES_PASSWORD=kept\nSMTP_URL_FILE=/run/smtp\n# REDIS_URL=\n';
  const example = 'POSTGRES_PASSWORD=\nSMTP_URL=\nREDIS_URL=redis://valkey\n#MAIL_FROM=\nPUBLIC_URL=\n';
  expect(addMissingVariables(text, example)).toBe(`${text}REDIS_URL=redis://valkey\nPUBLIC_URL=\n`);
  expect(addMissingVariables('A=1', 'B=2\n')).toBe('A=1\nB=2\n');
});
