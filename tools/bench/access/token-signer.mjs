import { AUDIENCE, ISSUER } from '@cordee/service/token-verifier';
import { generateKeyPairSync, sign } from 'node:crypto';

const KEY_ID = 'bench';
const LIFETIME_S = 3 * 3_600;

/** Creates a signer of access tokens that replaces identity. Services verify the tokens with `keys`. */
export function createTokenSigner() {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  const encode = (value) => Buffer.from(JSON.stringify(value)).toString('base64url');
  return {
    keys: [{ ...publicKey.export({ format: 'jwk' }), kid: KEY_ID, alg: 'EdDSA' }],
    sign(accountId, sessionId, { isStaff = false } = {}) {
      const now = Math.floor(Date.now() / 1_000);
      const header = { alg: 'EdDSA', kid: KEY_ID };
      const claims = { sub: accountId, sid: sessionId, staff: isStaff, aud: AUDIENCE, iss: ISSUER, auth_time: now };
      const text = `${encode(header)}.${encode({ ...claims, iat: now, exp: now + LIFETIME_S })}`;
      // Ed25519 has no separate digest algorithm (null).
      return `${text}.${sign(null, Buffer.from(text), privateKey).toString('base64url')}`;
    },
  };
}
