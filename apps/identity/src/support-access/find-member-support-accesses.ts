import { LockMode, type EntityManager } from '@mikro-orm/postgresql';
import type { Member } from '../members/member.entity.ts';
import { SupportAccess } from './support-access.entity.ts';

/**
 * Finds the support accesses that a member gave while they did not manage the organization, to end them in the
 * transaction of the removal. Such an access is limited to the rights of its giver.
 */
export const findMemberSupportAccesses = (
  em: EntityManager,
  { organizationId, id }: Member,
): Promise<SupportAccess[]> =>
  em.find(
    SupportAccess,
    // `grantedByMemberId` is stored only when the giver did not manage the organization.
    { organizationId, grantedByMemberId: id, endedAt: null },
    { lockMode: LockMode.PESSIMISTIC_WRITE, orderBy: { id: 'asc' } },
  );
