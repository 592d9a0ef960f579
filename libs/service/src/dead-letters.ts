import type { AccessCache } from '@cordee/access/access-cache';
import { CloudEvent } from '@cordee/contracts/cloud-event';
import type { DeadLetter } from '@cordee/contracts/dead-letter';
import { DomainError } from '@cordee/contracts/domain-error';
import type { BusServer } from '@cordee/messaging/bus-server';
import { claim } from '@cordee/outbox/inbox';
import { databaseRoles } from './database/platform-tables.ts';
import { setRole, setTenantContext, resetRole } from './database/tenant-context.ts';
import type { EntityManager } from '@mikro-orm/postgresql';
import type { Clock } from './clock.ts';
import type { ReactionContext } from './handler-decorators.ts';
import { durableOf, eventMetadataOf } from './event-metadata-of.ts';
import type { Transactions } from './transactions.ts';

export interface DeadLetterDependencies {
  service: string;
  em: EntityManager;
  transactions: Transactions;
  access: Pick<AccessCache, 'hearEvent'>;
  clock: Clock;
  reactions: Pick<BusServer, 'reactionTo'>;
  report: (error: unknown, where: string) => void;
}

interface Row {
  id: string;
  subject: string;
  body: Buffer;
  reason: string;
  attempts: number;
  created_at: Date;
}

/** What no reaction of this service could take, and its second chance. */
export class DeadLetters {
  constructor(private readonly parts: DeadLetterDependencies) {}

  /** Oldest first. */
  async list({ after, limit }: { after?: string | undefined; limit: number }): Promise<DeadLetter[]> {
    const rows = await this.read(
      `select id, subject, body, reason, attempts, created_at from dead_letter where id > ? order by id limit ?`,
      [after ?? 0, limit],
    );
    return rows.map(({ id, subject, body, reason, attempts, created_at }) => ({
      id,
      subject,
      reason,
      attempts,
      createdAt: new Date(created_at).toISOString(),
      event: describe(body),
    }));
  }

  /**
   * Runs the reaction now, in the transaction that takes the letter away: both happen or neither, and of two replays at once one finds
   * nothing. The consumer's inbox has moved on when the letter was put aside, so it is not asked whether the event is due; where it has not
   * (the event could not be read then), it moves on here, unless older facts of the entity are still on their way.
   */
  async replay(id: string): Promise<void> {
    const { service, transactions, access, clock, reactions, report } = this.parts;
    const [letter] = await this.read(
      `select id, subject, body, reason, attempts, created_at from dead_letter where id = ?`,
      [id],
    );
    if (!letter) throw new DomainError('DEAD_LETTER_NOT_FOUND');
    const { event, run } = reactions.reactionTo(letter.subject, letter.body);
    const cause = eventMetadataOf(event, clock.now());
    access.hearEvent(event);
    try {
      await transactions.run(cause, async (em, after) => {
        await this.take(em, letter);
        await setTenantContext(em, { organizationId: cause.organizationId });
        if ((await claim(em, durableOf(service, event), event, true)) === 'early')
          throw new DomainError('DEAD_LETTER_EARLY');
        await run({
          em,
          event,
          now: cause.now,
          publish: after.publish,
          afterCommit: after.commit,
        } satisfies ReactionContext);
      });
    } catch (error) {
      if (error instanceof DomainError && error.code.startsWith('DEAD_LETTER_')) throw error;
      report(error, `replay of dead letter ${id}`);
      throw new DomainError('DEAD_LETTER_FAILED_AGAIN', {
        detail: error instanceof Error ? error.message : String(error),
      });
    }
  }

  /** With the copies of it that a crash between putting aside and acknowledging has left. */
  private async take(em: EntityManager, { subject, body }: Row): Promise<void> {
    await setRole(em, databaseRoles(this.parts.service).sweep);
    const taken = await em.execute<unknown[]>(`delete from dead_letter where subject = ? and body = ? returning 1`, [
      subject,
      body,
    ]);
    if (taken.length === 0) throw new DomainError('DEAD_LETTER_NOT_FOUND');
    await resetRole(em);
  }

  private async read(sql: string, parameters: unknown[]): Promise<Row[]> {
    return this.parts.em.fork().transactional(async (em) => {
      await setRole(em, databaseRoles(this.parts.service).sweep);
      return em.execute<Row[]>(sql, parameters);
    });
  }
}

function describe(body: Buffer): DeadLetter['event'] {
  try {
    const event = CloudEvent.parse(JSON.parse(body.toString()));
    return {
      id: event.id,
      entity: `${event.source}/${event.subject}`,
      sequence: event.sequence,
      time: event.time,
      ...(event.organizationid ? { organizationId: event.organizationid } : {}),
    };
  } catch {
    return null;
  }
}
