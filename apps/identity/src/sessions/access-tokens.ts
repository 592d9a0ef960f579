import { AUDIENCE, ISSUER } from '@cordee/service/token-verifier';
import { exportJWK, SignJWT, type JWK } from 'jose';
import type { Secrets } from '../secrets.ts';

/** How long an access token is good; ended sessions are remembered as long. */
export const ACCESS_TOKEN_MS = 10 * 60_000;

/** Signs access tokens: account, session and whether it is staff, nothing that could change meanwhile. */
export class AccessTokens {
  constructor(private readonly secrets: Secrets) {}

  async sign(person: { accountId: string; sessionId: string; isStaff: boolean }, now: Date): Promise<{ token: string; expiresAt: Date }> {
    const issuedAt = Math.floor(now.getTime() / 1000);
    const expiresAt = issuedAt + ACCESS_TOKEN_MS / 1000;
    const token = await new SignJWT({ sid: person.sessionId, ...(person.isStaff ? { staff: true } : {}) })
      .setProtectedHeader({ alg: 'EdDSA', kid: this.secrets.keyId })
      .setSubject(person.accountId)
      .setIssuer(ISSUER)
      .setAudience(AUDIENCE)
      .setIssuedAt(issuedAt)
      .setExpirationTime(expiresAt)
      .sign(this.secrets.privateKey);
    return { token, expiresAt: new Date(expiresAt * 1000) };
  }

  async publicKey(): Promise<JWK & { kty: string; kid: string }> {
    const key = await exportJWK(this.secrets.publicKey);
    return { ...key, kty: key.kty!, kid: this.secrets.keyId, alg: 'EdDSA', use: 'sig' };
  }
}
