import type { CommandContext } from '@cordee/service/handler-decorators';
import { LockMode } from '@mikro-orm/postgresql';
import type { Member } from '../members/member.entity.ts';
import { SupportAccess } from './support-access.entity.ts';
import { endEntries } from './support-entries.ts';

/**
 * Ends the support accesses of a removed member who did not manage the organization. Such an access is limited to the
 * rights of its giver.
 */
export async function endMemberSupportAccesses(
  { em, now, accountId, publish }: CommandContext,
  { organizationId, id }: Member,
): Promise<void> {
  const accesses = await em.find(
    SupportAccess,
    { organizationId, grantedByMemberId: id, endedAt: null },
    { lockMode: LockMode.PESSIMISTIC_WRITE, orderBy: { id: 'asc' } },
  );
  for (const access of accesses) {
    const endedEvent = access.revoke(accountId, now);
    if (!endedEvent) continue;
    await endEntries(em, access, { leftAt: now });
    await publish(endedEvent);
  }
}
