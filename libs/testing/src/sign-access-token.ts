import type { SigningKey } from '@cordee/service/token-keys';
import { AUDIENCE, ISSUER } from '@cordee/service/token-verifier';
import { SignJWT } from 'jose';

/** The lifetime of an access token in seconds, as in the identity service. */
const LIFETIME_S = 600;

/** Signs an access token of an account with these claims, as the identity service does. */
export function signAccessToken(
  key: SigningKey,
  accountId: string,
  claims: Record<string, unknown>,
  now: Date,
): Promise<string> {
  const issuedAt = Math.floor(now.getTime() / 1000);
  return new SignJWT(claims)
    .setProtectedHeader({ alg: 'EdDSA', kid: key.kid })
    .setSubject(accountId)
    .setAudience(AUDIENCE)
    .setIssuer(ISSUER)
    .setIssuedAt(issuedAt)
    .setExpirationTime(issuedAt + LIFETIME_S)
    .sign(key);
}
