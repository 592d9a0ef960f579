import { sessionEnded } from '@cordee/contracts/identity/session';
import { domainEvent, type DomainEvent } from '@cordee/outbox/publish';
import { idColumn } from '@cordee/service/database/id-column';
import { defineEntity, p } from '@mikro-orm/postgresql';

const IDLE_DAYS = 30;
/** A refresh token is accepted again for this time, because two requests may send it or an answer may be lost. */
const REPEAT_MS = 30_000;

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

  /**
   * Uses the refresh token of a generation. The newest token creates the next generation. The token before it creates
   * nothing, and is accepted for 30 seconds after its first use. Returns false for any other token.
   */
  useRefreshToken(generation: number, now: Date): boolean {
    if (generation === this.generation) {
      this.generation += 1;
      this.lastUsedAt = now;
      return true;
    }
    return generation === this.generation - 1 && now.getTime() < this.lastUsedAt.getTime() + REPEAT_MS;
  }

  signInAgain(now: Date): void {
    this.signedInAt = now;
  }

  end(now: Date, cause: EndCause): DomainEvent<typeof sessionEnded> {
    this.endedAt = now;
    this.endCause = cause;
    return domainEvent(sessionEnded, { sessionId: this.id, accountId: this.accountId, cause });
  }
}
SessionSchema.setClass(Session);
