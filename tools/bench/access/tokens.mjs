import { AUDIENCE, ISSUER } from '@cordee/service/token-verifier';
import { generateKeyPairSync, sign } from 'node:crypto';

const KEY = 'bench';
const LIFE_S = 3 * 3_600;

/** Signs access tokens as identity would; `keys` is what services verify them with. */
export function tokenSigner() {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  const part = (value) => Buffer.from(JSON.stringify(value)).toString('base64url');
  return {
    keys: [{ ...publicKey.export({ format: 'jwk' }), kid: KEY, alg: 'EdDSA' }],
    sign(accountId, sessionId) {
      const now = Math.floor(Date.now() / 1_000);
      const text = `${part({ alg: 'EdDSA', kid: KEY })}.${part({ sub: accountId, sid: sessionId, staff: false, aud: AUDIENCE, iss: ISSUER, iat: now, exp: now + LIFE_S })}`;
      return `${text}.${sign(null, Buffer.from(text), privateKey).toString('base64url')}`;
    },
  };
}
