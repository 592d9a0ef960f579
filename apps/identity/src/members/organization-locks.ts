import { DomainError } from '@cordee/contracts/domain-error';
import { toUuid } from '@cordee/contracts/id';
import { sendAhead } from '@cordee/service/database/orm';
import { LockMode, type EntityManager } from '@mikro-orm/postgresql';
import { Organization } from '../organizations/organization.entity.ts';

/**
 * Locks the row of an organization until the commit. Serializes the changes of its members and of its second factor
 * requirement, so that the check of ROL-4 stays true until the commit.
 */
export async function lockOrganization(em: EntityManager, organizationId: `org_${string}`): Promise<Organization> {
  const organization = await em.findOne(
    Organization,
    { organizationId },
    { lockMode: LockMode.PESSIMISTIC_WRITE, refresh: true },
  );
  if (!organization) throw new DomainError('ORGANIZATION_NOT_FOUND');
  return organization;
}

/** Like `lockOrganization`, but does not wait for the reply: the statements that follow wait for the lock. */
export function lockOrganizationAhead(em: EntityManager, organizationId: `org_${string}`): void {
  sendAhead(em, `select from organization where organization_id = ? for update`, [toUuid(organizationId)]);
}

/**
 * Like `lockOrganizationAhead`, for transactions that only add members: several of them have this lock at the same
 * time. Existing members do not change until the commit.
 */
export function lockOrganizationSharedAhead(em: EntityManager, organizationId: `org_${string}`): void {
  sendAhead(em, `select from organization where organization_id = ? for share`, [toUuid(organizationId)]);
}
