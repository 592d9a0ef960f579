import { newId } from '@cordee/contracts/id';
import { insertRows } from '@cordee/service/database/insert-rows';
import type { CommandContext } from '@cordee/service/handler-decorators';
import type { EntityManager, RequiredEntityData } from '@mikro-orm/postgresql';
import { flagsOfLegalRepresentative, Member } from '../members/member.entity.ts';
import { recordMemberStatusesAhead } from '../members/member-status-history.ts';
import { Organization } from './organization.entity.ts';

/**
 * Creates an organization with the account as legal representative (ORG-1, ORG-2). The caller sets the tenant context.
 */
export async function openOrganization(
  em: EntityManager,
  details: Omit<RequiredEntityData<Organization>, 'createdAt' | 'foundedBy'>,
  accountId: `acc_${string}`,
  now: Date,
  publish: CommandContext['publish'],
): Promise<Organization> {
  const organization = em.create(
    Organization,
    { ...details, foundedBy: accountId, createdAt: now } as RequiredEntityData<Organization>,
    { persist: false },
  );
  const member = em.create(
    Member,
    {
      organizationId: organization.organizationId,
      id: newId('mem', now),
      accountId,
      role: 'legal_representative',
      flags: [...flagsOfLegalRepresentative],
      isBlocked: false,
      createdAt: now,
    },
    { persist: false },
  );
  // These inserts are sent ahead: an error fails a later statement or the commit.
  insertRows(em, [organization]);
  insertRows(em, [member]);
  recordMemberStatusesAhead(em, organization.organizationId, now);
  await publish([organization.created(accountId), member.added()]);
  return organization;
}
