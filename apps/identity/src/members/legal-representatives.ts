import { DomainError } from '@cordee/contracts/domain-error';
import type { CommandContext } from '@cordee/service/handler-decorators';
import { toUuid } from '@cordee/contracts/id';
import { sendAhead } from '@cordee/service/database/orm';
import { LockMode, type EntityManager } from '@mikro-orm/postgresql';
import { Organization } from '../organizations/organization.entity.ts';
import { Member } from './member.entity.ts';
import { recordMemberStatuses } from './member-status-history.ts';

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
 * Asserts that a legal representative remains (ROL-4). Switches on the reminders when only one legal representative
 * remains (ROL-5). Records the status of the changed member. Call this function after the last change of the members.
 */
export async function assertLegalRepresentative(
  { em, now, publish }: Pick<CommandContext, 'em' | 'now' | 'publish'>,
  { organizationId, id }: Pick<Member, 'organizationId' | 'id'>,
): Promise<void> {
  await em.flush();
  const [remaining] = await Promise.all([
    em.find(Member, { organizationId, role: 'legal_representative', isBlocked: false }),
    recordMemberStatuses(em, organizationId, now, [id]),
  ]);
  if (remaining.length === 0) throw new DomainError('LAST_LEGAL_REPRESENTATIVE');
  const last = remaining.length === 1 ? remaining[0]! : undefined;
  const changedEvent = last?.switchRemindersOn();
  if (!changedEvent) return;
  await publish(changedEvent);
  await recordMemberStatuses(em, organizationId, now, [last!.id]);
}
