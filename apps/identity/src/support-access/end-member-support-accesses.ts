import { isManagerRole } from '@cordee/contracts/permissions';
import type { CommandContext } from '@cordee/service/handler-decorators';
import { LockMode } from '@mikro-orm/postgresql';
import type { Member, Role } from '../members/member.entity.ts';
import { SupportAccess } from './support-access.entity.ts';
import { endEntries } from './support-entries.ts';

/**
 * Ends the support accesses that a member gave and may not give in the new role; all accesses when the member leaves.
 * A collaborator can give access to listed products without content (see `resolveCoverage`); an external can give none.
 * Returns the events of the ended accesses, which the caller publishes.
 */
export async function endMemberSupportAccesses(
  { em, now, accountId }: Pick<CommandContext, 'em' | 'now' | 'accountId'>,
  { organizationId, id }: Member,
  newRole: Role | 'none',
): Promise<NonNullable<ReturnType<SupportAccess['revoke']>>[]> {
  if (newRole !== 'none' && isManagerRole(newRole)) return [];
  const givenAccesses = await em.find(
    SupportAccess,
    { organizationId, grantedByMemberId: id, endedAt: null },
    { lockMode: LockMode.PESSIMISTIC_WRITE, orderBy: { id: 'asc' } },
  );
  const mayKeep = ({ products, withContent }: SupportAccess): boolean =>
    newRole === 'collaborator' && products != null && !withContent;
  const ended = givenAccesses
    .filter((access) => !mayKeep(access))
    .flatMap((access) => {
      const event = access.revoke(accountId, now);
      return event ? [{ access, event }] : [];
    });
  await Promise.all(ended.map(({ access }) => endEntries(em, access, { leftAt: now })));
  return ended.map(({ event }) => event);
}
