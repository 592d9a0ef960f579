import { DomainError } from '@cordee/contracts/domain-error';
import type { Member as MemberContract } from '@cordee/contracts/identity/member';
import { toUuid } from '@cordee/contracts/id';
import type { EntityManager } from '@mikro-orm/postgresql';
import type * as z from 'zod';
import { Account } from '../accounts/account.entity.ts';
import type { Member } from './member.entity.ts';

/** Loads the account of a member into the entity manager, so that `viewMember` sends no statement. */
export async function loadAccountOfMember(
  em: EntityManager,
  organizationId: `org_${string}`,
  memberId: `mem_${string}`,
): Promise<void> {
  const [row] = await em.execute<Record<string, unknown>[]>(
    `select account.* from account join member on account.id = member.account_id
     where member.organization_id = ? and member.id = ?`,
    [toUuid(organizationId), toUuid(memberId)],
  );
  if (row) em.map(Account, row);
}

/** Returns the member with the name and mail address of the account. */
export async function viewMember(em: EntityManager, member: Member): Promise<z.output<typeof MemberContract>> {
  await em.flush();
  const account = await em.findOne(Account, { id: member.accountId });
  if (!account) throw new DomainError('MEMBER_NOT_FOUND');
  return {
    id: member.id,
    accountId: member.accountId,
    name: account.name,
    email: account.email,
    role: member.role,
    offeredRole: member.offeredRole ?? null,
    flags: member.flags,
    isBlocked: member.isBlocked,
    version: member.version,
    createdAt: member.createdAt.toISOString(),
  };
}
