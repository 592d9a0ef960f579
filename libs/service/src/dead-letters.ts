import type { AccessCache } from '@cordee/access/access-cache';
import { CloudEvent } from '@cordee/contracts/cloud-event';
import type { DeadLetter } from '@cordee/contracts/dead-letter';
import { DomainError } from '@cordee/contracts/domain-error';
import type { EventDelivery } from '@cordee/messaging/bus';
import type { BusServer } from '@cordee/messaging/bus-server';
import { claimEvent } from '@cordee/outbox/inbox';
import { databaseRoles } from './database/platform-tables.ts';
import { setRole, setTenantContext, resetRole } from './database/tenant-context.ts';
import type { EntityManager } from '@mikro-orm/postgresql';
import type { Clock } from './clock.ts';
import type { ReactionContext } from './handler-decorators.ts';
import { durableOfEvent, eventMetadataOf } from './event-metadata-of.ts';
import type { Transactions } from './transactions.ts';

export interface DeadLetterDependencies {
  service: string;
  em: EntityManager;
  transactions: Transactions;
  access: Pick<AccessCache, 'recordEventRevision'>;
  clock: Clock;
  reactions: Pick<BusServer, 'readReaction'>;
  logError: (error: unknown, where: string) => void;
}

const MAX_REASON_LENGTH = 2_000;

interface DeadLetterRow {
  id: string;
  subject: string;
  body: Buffer;
  reason: string;
  attempts: number;
  created_at: Date;
}

/**
 * Stores an event delivery as a dead letter and advances the inbox, so that later events of the entity are handled.
 * `event` is undefined when the delivery is malformed.
 */
export async function storeDeadLetter(
  { em, service, clock }: Pick<DeadLetterDependencies, 'em' | 'service' | 'clock'>,
  delivery: EventDelivery,
  event: CloudEvent | undefined,
  reason: string,
): Promise<void> {
  await em.fork().transactional(async (transaction) => {
    await transaction.execute(
      `insert into dead_letter (subject, body, reason, attempts, created_at) values (?, ?, ?, ?, ?)`,
      [delivery.subject, Buffer.from(delivery.data), storableText(reason), delivery.attempt, clock.now()],
    );
    if (event) await claimEvent(transaction, durableOfEvent(service, event), event, { waitsForOlderEvents: false });
  });
}

/** Shortens a text, and removes the character U+0000, which PostgreSQL cannot store. */
const storableText = (text: string): string => text.replaceAll('\0', '').slice(0, MAX_REASON_LENGTH);

/** The dead letters of this service, and their replay. */
export class DeadLetters {
  constructor(private readonly dependencies: DeadLetterDependencies) {}

  /** Lists dead letters, oldest first. */
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
      event: describeEvent(body),
    }));
  }

  /**
   * Runs the reaction in the transaction that deletes the dead letter: both commit together or not at all. When two
   * replays run at the same time, one of them finds no dead letter. The inbox usually advanced when the dead letter was
   * stored; then the claim is a duplicate, but the reaction runs. For a malformed event, the inbox did not
   * advance: then it advances here, unless older events of the entity are missing.
   */
  async replay(id: string): Promise<void> {
    const { service, transactions, access, clock, reactions, logError } = this.dependencies;
    const letter = await this.find(id);
    const { event, prepare } = reactions.readReaction(letter.subject, letter.body);
    const metadata = eventMetadataOf(event, clock.now());
    access.recordEventRevision(event);
    try {
      const react = await prepare();
      await transactions.run(metadata, async (em, hooks) => {
        await this.delete(em, letter);
        setTenantContext(em, { organizationId: metadata.organizationId });
        if (
          (await claimEvent(em, durableOfEvent(service, event), event, { waitsForOlderEvents: true })) ===
          'out_of_order'
        )
          throw new DomainError('DEAD_LETTER_EARLY');
        await react({
          em,
          event,
          now: metadata.now,
          readClock: () => clock.now(),
          publish: hooks.publish,
          afterCommit: hooks.afterCommit,
        } satisfies ReactionContext);
      });
    } catch (error) {
      // An error of the replay itself. Any other error comes from the reaction.
      if (error instanceof DomainError && error.code.startsWith('DEAD_LETTER_')) throw error;
      logError(error, `replay of dead letter ${id}`);
      throw new DomainError('DEAD_LETTER_FAILED_AGAIN', {
        detail: error instanceof Error ? error.message : String(error),
      });
    }
  }

  /**
   * Deletes the dead letter without a reaction. The inbox did not advance for an event with invalid data: it advances
   * here, so that later events of the entity do not wait for it.
   */
  async discard(id: string): Promise<void> {
    const letter = await this.find(id);
    const event = parseEnvelope(letter.body);
    await this.dependencies.em.fork().transactional(async (em) => {
      await this.delete(em, letter);
      if (event)
        await claimEvent(em, durableOfEvent(this.dependencies.service, event), event, { waitsForOlderEvents: false });
    });
  }

  private async find(id: string): Promise<DeadLetterRow> {
    const [letter] = await this.read(
      `select id, subject, body, reason, attempts, created_at from dead_letter where id = ?`,
      [id],
    );
    if (!letter) throw new DomainError('DEAD_LETTER_NOT_FOUND');
    return letter;
  }

  /**
   * Deletes the dead letter and its duplicates. A crash between storing a dead letter and acknowledging its event
   * causes a duplicate.
   */
  private async delete(em: EntityManager, { subject, body }: DeadLetterRow): Promise<void> {
    setRole(em, databaseRoles(this.dependencies.service).sweep);
    const deleted = await em.execute<unknown[]>(`delete from dead_letter where subject = ? and body = ? returning 1`, [
      subject,
      body,
    ]);
    if (deleted.length === 0) throw new DomainError('DEAD_LETTER_NOT_FOUND');
    resetRole(em);
  }

  private async read(sql: string, parameters: unknown[]): Promise<DeadLetterRow[]> {
    return this.dependencies.em.fork().transactional(async (em) => {
      setRole(em, databaseRoles(this.dependencies.service).sweep);
      return em.execute<DeadLetterRow[]>(sql, parameters);
    });
  }
}

function describeEvent(body: Buffer): DeadLetter['event'] {
  const event = parseEnvelope(body);
  if (!event) return null;
  return {
    id: event.id,
    entity: `${event.source}/${event.subject}`,
    sequence: event.sequence,
    time: event.time,
    ...(event.organizationid ? { organizationId: event.organizationid } : {}),
  };
}

/** Returns undefined when the body is not an event. The data of the event may be invalid. */
function parseEnvelope(body: Buffer): CloudEvent | undefined {
  try {
    return CloudEvent.parse(JSON.parse(body.toString()));
  } catch {
    return undefined;
  }
}
