import { createHash } from 'node:crypto';
import { createSession, endSession } from '@cordee/contracts/identity/session';
import { DomainError } from '@cordee/contracts/domain-error';
import type { RpcClient } from '@cordee/messaging/rpc-client';
import { LRUCache } from 'lru-cache';
import type { TokenVerifier } from './token-verifier.ts';

/** How long a successful check is cached. */
const KEPT_MS = 5 * 60_000;
const BASIC_CREDENTIALS = /^Basic ([A-Za-z0-9+/]+=*)$/i;

/** Checks HTTP Basic credentials of staff at identity, for pages of operators. */
export class StaffCheck {
  /**
   * Running and successful checks by hash of the credentials, so that a page with ten files causes one sign-in. A
   * failed check is removed.
   */
  private readonly checks = new LRUCache<string, Promise<boolean>>({ max: 1_000, ttl: KEPT_MS });

  constructor(
    private readonly rpc: RpcClient,
    private readonly verifier: TokenVerifier,
  ) {}

  /** True while a check of these credentials runs or is cached. */
  isChecked(authorization: string): boolean {
    const [, encoded] = BASIC_CREDENTIALS.exec(authorization) ?? [];
    return encoded !== undefined && this.checks.has(keyOf(encoded));
  }

  /** Checks the credentials of a client with this address. Throws when identity does not answer. */
  async isStaff(authorization: string | undefined, callerAddress: string): Promise<boolean> {
    const [, encoded] = BASIC_CREDENTIALS.exec(authorization ?? '') ?? [];
    const [, email, password] = /^([^:]+):(.+)$/s.exec(Buffer.from(encoded ?? '', 'base64').toString()) ?? [];
    if (!email || !password) return false;
    const key = keyOf(encoded!);
    const check = this.checks.get(key) ?? this.checkAtIdentity(email, password, callerAddress);
    // A use of a cached check does not prolong its remaining time.
    this.checks.set(key, check, { ttl: this.checks.getRemainingTTL(key) || KEPT_MS });
    const isStaff = await check.catch((error: unknown) => {
      this.checks.delete(key);
      throw error;
    });
    if (!isStaff) this.checks.delete(key);
    return isStaff;
  }

  private async checkAtIdentity(email: string, password: string, callerAddress: string): Promise<boolean> {
    try {
      const { accessToken, sessionId } = await this.rpc.call(createSession, { email, password }, { callerAddress });
      const caller = await this.verifier.verify(accessToken);
      const isStaff = caller.kind === 'person' && caller.isStaff;
      // Ends the session, because it was created for this check only.
      await this.rpc
        .call(
          endSession,
          { sessionId },
          {
            causedBy: {
              token: accessToken,
              requestId: sessionId,
              traceparent: undefined,
              language: 'en',
              reason: undefined,
            },
          },
        )
        .catch(() => undefined);
      return isStaff;
    } catch (error) {
      // With status 429 or 503, identity did not check the credentials.
      if (error instanceof DomainError && error.status !== 429 && error.status !== 503) return false;
      throw error;
    }
  }
}

const keyOf = (credentials: string): string => createHash('sha256').update(credentials).digest('base64');
