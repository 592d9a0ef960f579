import { createPrivateKey, type KeyObject } from 'node:crypto';
import type { SigningKey } from '@cordee/service/token-keys';
import { AUDIENCE, ISSUER } from '@cordee/service/token-verifier';
import { SignJWT } from 'jose';

/** The lifetime of an access token. Ended sessions are listed for twice this time. */
export const ACCESS_TOKEN_MS = 10 * 60_000;

export interface AccessTokenClaims {
  /** The id of the account, or of the service token. */
  subject: string;
  /** The id of the session, or of the token that was exchanged. */
  sessionId: string;
  isStaff: boolean;
  /** The last sign-in of the session; absent for an API token. */
  signedInAt?: Date;
  /** The only organization and the scopes in which an API token acts; absent for a session. */
  limits?: { organizationId: string; scopes: readonly string[] };
  /** The organizations (null for all) and the scopes of a service token. */
  serviceToken?: { organizationIds: readonly string[] | null; scopes: readonly string[] };
  /** The access token expires at this instant at the latest. */
  notAfter?: Date;
}

/** Signs access tokens. They contain only data that cannot change during their lifetime. */
export class AccessTokens {
  private readonly privateKey: KeyObject;
  private readonly keyId: string;

  constructor(signingKey: SigningKey) {
    this.privateKey = createPrivateKey({ key: signingKey, format: 'jwk' });
    this.keyId = signingKey.kid;
  }

  async sign(
    { subject, sessionId, isStaff, signedInAt, limits, serviceToken, notAfter }: AccessTokenClaims,
    now: Date,
  ): Promise<{ token: string; expiresAt: Date }> {
    const issuedAtSeconds = Math.floor(now.getTime() / 1000);
    const expirySeconds = Math.min(
      issuedAtSeconds + ACCESS_TOKEN_MS / 1000,
      notAfter ? Math.floor(notAfter.getTime() / 1000) : Number.POSITIVE_INFINITY,
    );
    const token = await new SignJWT({
      sid: sessionId,
      ...(isStaff ? { staff: true } : {}),
      ...(signedInAt ? { auth_time: Math.floor(signedInAt.getTime() / 1000) } : {}),
      ...(limits ? { org: limits.organizationId, scopes: limits.scopes } : {}),
      ...(serviceToken ? { orgs: serviceToken.organizationIds, scopes: serviceToken.scopes } : {}),
    })
      .setProtectedHeader({ alg: 'EdDSA', kid: this.keyId })
      .setSubject(subject)
      .setIssuer(ISSUER)
      .setAudience(AUDIENCE)
      .setIssuedAt(issuedAtSeconds)
      .setExpirationTime(expirySeconds)
      .sign(this.privateKey);
    return { token, expiresAt: new Date(expirySeconds * 1000) };
  }
}
