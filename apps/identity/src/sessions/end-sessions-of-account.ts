import { sessionEnded } from '@cordee/contracts/identity/session';
import { toId, toUuid } from '@cordee/contracts/id';
import { domainEvent, type DomainEvent } from '@cordee/outbox/publish';
import { uuidOrNull } from '@cordee/service/database/sql-values';
import type { EntityManager } from '@mikro-orm/postgresql';

/** Ends the open sessions of an account after a change of its password, except one. Returns the events to publish. */
export async function endSessionsOfAccount(
  em: EntityManager,
  accountId: `acc_${string}`,
  now: Date,
  exceptId?: `ses_${string}`,
): Promise<DomainEvent<typeof sessionEnded>[]> {
  const cause = 'password_changed';
  const rows = await em.execute<{ id: string }[]>(
    `update session set ended_at = ?, end_cause = ?
     where account_id = ? and ended_at is null and id is distinct from ?::uuid returning id`,
    [now, cause, toUuid(accountId), uuidOrNull(exceptId)],
  );
  return rows.map(({ id }) => domainEvent(sessionEnded, { sessionId: toId('ses', id), accountId, cause }));
}
