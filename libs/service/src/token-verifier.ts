import { DomainError } from '@cordee/contracts/domain-error';
import { idSchema } from '@cordee/contracts/id';
import type { EndedSessions } from '@cordee/access/ended-sessions';
import type { Actor } from '@cordee/messaging/call';
import { createLocalJWKSet, errors, jwtVerify } from 'jose';
import { LRUCache } from 'lru-cache';
import * as z from 'zod';
import type { Clock } from './clock.ts';
import type { VerificationKeys } from './token-keys.ts';

export const AUDIENCE = 'cordee';
export const ISSUER = 'cordee-identity';
/** Tolerated clock difference between machines. */
const TOLERANCE_S = 5;

const sharedClaims = { sub: idSchema('acc'), exp: z.number() };
/** Claims of a session. Only an API token has the claims `org` and `scopes`. */
const SessionClaims = z.object({
  ...sharedClaims,
  sid: idSchema('ses'),
  /** When the person signed in, in seconds (OpenID Connect Core). */
  auth_time: z.number(),
  staff: z.boolean().default(false),
  org: z.never().optional(),
  scopes: z.never().optional(),
});
/** Claims of an API token, which is never staff and is limited to one organization and to its scopes. */
const ApiTokenClaims = z.object({
  ...sharedClaims,
  sid: idSchema('tok'),
  auth_time: z.never().optional(),
  staff: z.literal(false).default(false),
  org: idSchema('org'),
  scopes: z.array(z.string()),
});
/** Claims of a service token, which acts for no person. */
const ServiceTokenClaims = z.object({
  sub: idSchema('tok'),
  exp: z.number(),
  /** Null for all organizations. */
  orgs: z.array(idSchema('org')).nullable(),
  scopes: z.array(z.string()),
});
const Claims = z.union([SessionClaims, ApiTokenClaims, ServiceTokenClaims]);

/** A caller with a verified access token. */
export type VerifiedCaller = Extract<Actor, { kind: 'person' | 'service_token' }>;

/** Verifies access tokens: signature, audience and expiry, and that the session or API token has not ended. */
export class TokenVerifier {
  private readonly keys: ReturnType<typeof createLocalJWKSet>;
  private readonly verifiedTokens = new LRUCache<string, { caller: VerifiedCaller; expiresAt: number }>({
    max: 20_000,
  });

  /** `keys`: the keys of the configuration. A key from the bus could come from anybody who reaches the bus. */
  constructor(
    keys: VerificationKeys,
    private readonly clock: Clock,
    private readonly endedSessions: EndedSessions,
  ) {
    this.keys = createLocalJWKSet(keys);
  }

  /**
   * Returns the caller. Throws SIGN_IN_REQUIRED, or API_TOKEN_INVALID when the API token or service token behind the
   * access token has ended.
   */
  async verify(token: string): Promise<VerifiedCaller> {
    const cached = this.verifiedTokens.get(token);
    const { caller, expiresAt } = cached ?? (await this.check(token));
    if (this.clock.now().getTime() > expiresAt + TOLERANCE_S * 1000)
      throw signInRequired('the access token has expired');
    const isSession = caller.kind === 'person' && !caller.limits;
    if (await this.endedSessions.has(caller.kind === 'person' ? caller.sessionId : caller.tokenId))
      throw isSession ? signInRequired('the session has ended') : new DomainError('API_TOKEN_INVALID');
    if (!cached) this.verifiedTokens.set(token, { caller, expiresAt });
    return caller;
  }

  /** Returns the caller of a token that was verified before; the session or the API token may have ended since. */
  callerOfRecentToken(token: string): VerifiedCaller | undefined {
    return this.verifiedTokens.peek(token)?.caller;
  }

  private async check(token: string): Promise<{ caller: VerifiedCaller; expiresAt: number }> {
    try {
      const { payload } = await jwtVerify(token, this.keys, {
        audience: AUDIENCE,
        issuer: ISSUER,
        algorithms: ['EdDSA'],
        currentDate: this.clock.now(),
        clockTolerance: TOLERANCE_S,
      });
      const claims = Claims.parse(payload);
      return { caller: callerOf(claims), expiresAt: claims.exp * 1000 };
    } catch (error) {
      if (error instanceof errors.JOSEError || error instanceof z.ZodError)
        throw signInRequired('the access token is invalid');
      throw error;
    }
  }
}

function callerOf(claims: z.output<typeof Claims>): VerifiedCaller {
  if ('orgs' in claims) {
    const { sub, orgs, scopes } = claims;
    return {
      kind: 'service_token',
      tokenId: sub,
      organizationIds: orgs && new Set(orgs),
      scopes: new Set(scopes),
    };
  }
  const { sub, sid, staff, auth_time: signedInAt, org, scopes } = claims;
  const sessionFields = signedInAt === undefined ? {} : { signedInAt: new Date(signedInAt * 1000) };
  const limits = org && scopes ? { limits: { organizationId: org, scopes: new Set(scopes) } } : {};
  return { kind: 'person', accountId: sub, sessionId: sid, isStaff: staff, ...sessionFields, ...limits };
}

const signInRequired = (detail: string): DomainError => new DomainError('SIGN_IN_REQUIRED', { detail });
