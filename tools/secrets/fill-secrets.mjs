import { createHash, generateKeyPairSync, randomBytes } from 'node:crypto';

/** Creates an Ed25519 key pair for access tokens, as JWKs. The key id is the thumbprint of RFC 7638. */
export function createTokenKeys() {
  const { x, d } = generateKeyPairSync('ed25519').privateKey.export({ format: 'jwk' });
  const kid = createHash('sha256').update(`{"crv":"Ed25519","kty":"OKP","x":"${x}"}`).digest('base64url');
  const publicKey = { kty: 'OKP', crv: 'Ed25519', x, kid };
  return { privateKey: { ...publicKey, d }, publicKey };
}

/** Returns a random password. It has only letters and digits and starts with a letter, as NATS requires. */
export const createPassword = () => `p${randomBytes(24).toString('hex')}`;

/**
 * Fills in the empty variables of an environment file (`NAME=` without a value). Other variables are not changed.
 * Returns the new text, the names of the variables that were filled in, and of those that are still empty.
 */
export function fillSecrets(text) {
  const tokenKeys = createTokenKeys();
  // The two token keys belong together.
  const areTokenKeysEmpty = /^TOKEN_SIGNING_KEY=$/m.test(text) && /^TOKEN_VERIFICATION_KEYS=$/m.test(text);
  const filled = [];
  const missing = [];
  const newText = text.replace(/^([A-Z_]+)=$/gm, (line, name) => {
    const value = newValue(name, tokenKeys, areTokenKeysEmpty);
    (value === undefined ? missing : filled).push(name);
    return value === undefined ? line : `${name}=${value}`;
  });
  return { text: newText, filled, missing };
}

function newValue(name, { privateKey, publicKey }, areTokenKeysEmpty) {
  if (name.endsWith('_PASSWORD')) return createPassword();
  if (name === 'IDENTITY_SECRET') return randomBytes(48).toString('base64url');
  if (name === 'TOKEN_SIGNING_KEY' && areTokenKeysEmpty) return `'${JSON.stringify(privateKey)}'`;
  if (name === 'TOKEN_VERIFICATION_KEYS' && areTokenKeysEmpty) return `'${JSON.stringify({ keys: [publicKey] })}'`;
  const service = /^([A-Z]+)_DATABASE_URL$/.exec(name)?.[1].toLowerCase();
  return service && `postgres://cordee_${service}:${createPassword()}@postgres:5432/cordee_${service}`;
}
