import { sessionEnded } from '@cordee/contracts/identity/session';
import { domainEvent, type DomainEvent } from '@cordee/outbox/publish';
import { idColumn } from '@cordee/service/database/id-column';
import { defineEntity, p } from '@mikro-orm/postgresql';
import { decideRefresh } from './refresh-token-reuse.ts';

const IDLE_DAYS = 30;

export type EndCause = 'signed_out' | 'token_reused' | 'account_blocked' | 'password_changed';

export const SessionSchema = defineEntity({
  name: 'Session',
  tableName: 'session',
  properties: {
    id: idColumn('ses').primary(),
    accountId: idColumn('acc'),
    /** The number of refresh tokens that were issued. */
    generation: p.integer(),
    createdAt: p.datetime(),
    /** When the person last gave the password of the account, and the code of its second factor if it has one. */
    signedInAt: p.datetime(),
    lastUsedAt: p.datetime(),
    endedAt: p.datetime().nullable(),
    endCause: p.string().$type<EndCause>().nullable(),
  },
});

/** A sign-in of a person. A session ends by a request, or when it is not used for 30 days. */
export class Session extends SessionSchema.class {
  isOpen(now: Date): boolean {
    return this.endedAt == null && now.getTime() < this.lastUsedAt.getTime() + IDLE_DAYS * 86_400_000;
  }

  /** Uses the refresh token of a generation. Returns false when the session must end (see `decideRefresh`). */
  useRefreshToken(tokenGeneration: number, now: Date): boolean {
    const decision = decideRefresh(this, tokenGeneration, now);
    if (decision === 'renew') {
      this.generation += 1;
      this.lastUsedAt = now;
    }
    return decision !== 'end_session';
  }

  renewSignIn(now: Date): void {
    this.signedInAt = now;
  }

  end(now: Date, cause: EndCause): DomainEvent<typeof sessionEnded> {
    this.endedAt = now;
    this.endCause = cause;
    return domainEvent(sessionEnded, { sessionId: this.id, accountId: this.accountId, cause });
  }
}
SessionSchema.setClass(Session);
