import { DomainError } from '@cordee/contracts/domain-error';
import type { EntityManager } from '@mikro-orm/postgresql';
import { Member } from './member.entity.ts';

/**
 * Finds the member who makes the call.
 * @throws DomainError `ORGANIZATION_NOT_FOUND` when the member was removed after the call was authorized
 */
export async function findCaller(
  em: EntityManager,
  organizationId: `org_${string}`,
  accountId: `acc_${string}`,
): Promise<Member> {
  const member = await em.findOne(Member, { organizationId, accountId });
  if (!member) throw new DomainError('ORGANIZATION_NOT_FOUND');
  return member;
}
