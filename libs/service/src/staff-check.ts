import { createHash } from 'node:crypto';
import { createSession, endSession } from '@cordee/contracts/identity/session';
import { DomainError } from '@cordee/contracts/domain-error';
import type { RpcClient } from '@cordee/messaging/rpc-client';
import { LRUCache } from 'lru-cache';
import type { TokenVerifier } from './token-verifier.ts';

/** How long an answer counts before the password is asked for again at identity. */
const KEPT_MS = 5 * 60_000;
const Basic = /^Basic ([A-Za-z0-9+/]+=*)$/i;

/** Whether an Authorization header (Basic) is that of one of the provider's staff: identity knows. Pages for operators ask it for every request. */
export class StaffCheck {
  /** By hash; a page that loads ten files signs in once. Refusals are not kept. */
  private readonly known = new LRUCache<string, Promise<boolean>>({ max: 1_000, ttl: KEPT_MS });

  constructor(
    private readonly rpc: RpcClient,
    private readonly verifier: TokenVerifier,
  ) {}

  /** Throws when identity cannot be asked. */
  async isStaff(authorization: string | undefined): Promise<boolean> {
    const [, encoded] = Basic.exec(authorization ?? '') ?? [];
    const [, email, password] = /^([^:]+):(.+)$/s.exec(Buffer.from(encoded ?? '', 'base64').toString()) ?? [];
    if (!email || !password) return false;
    const key = createHash('sha256').update(encoded!).digest('base64');
    const asked = this.known.get(key) ?? this.ask(email, password);
    this.known.set(key, asked, { ttl: this.known.getRemainingTTL(key) || KEPT_MS });
    const answer = await asked.catch((error: unknown) => {
      this.known.delete(key);
      throw error;
    });
    if (!answer) this.known.delete(key);
    return answer;
  }

  private async ask(email: string, password: string): Promise<boolean> {
    try {
      const { accessToken, sessionId } = await this.rpc.call(createSession, { email, password });
      const { isStaff } = await this.verifier.verify(accessToken);
      // It was only a question: no session stays behind.
      await this.rpc
        .call(
          endSession,
          { sessionId },
          {
            for: {
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
      if (error instanceof DomainError && error.status !== 503) return false;
      throw error;
    }
  }
}
