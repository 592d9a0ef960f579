import { DomainError } from '@cordee/contracts/domain-error';
import type { CommandContext } from '@cordee/service/handler-decorators';
import { LockMode, type EntityManager } from '@mikro-orm/postgresql';
import { Organization } from '../organizations/organization.entity.ts';
import { Member } from './member.entity.ts';
import { recordMemberStatuses } from './member-status-history.ts';

/** Serializes changes of the legal representatives, so that the check of ROL-4 stays true until the commit. */
export async function lockOrganization(em: EntityManager, organizationId: `org_${string}`): Promise<Organization> {
  const organization = await em.findOne(
    Organization,
    { organizationId },
    { lockMode: LockMode.PESSIMISTIC_WRITE, refresh: true },
  );
  if (!organization) throw new DomainError('ORGANIZATION_NOT_FOUND');
  return organization;
}

/**
 * Asserts that a legal representative remains (ROL-4). Switches on the reminders when only one legal representative
 * remains (ROL-5). Records the status of all members. Call this function after the last change of the members.
 */
export async function assertLegalRepresentative(
  { em, now, publish }: Pick<CommandContext, 'em' | 'now' | 'publish'>,
  organizationId: `org_${string}`,
): Promise<void> {
  await em.flush();
  const remaining = await em.find(Member, { organizationId, role: 'legal_representative', isBlocked: false });
  if (remaining.length === 0) throw new DomainError('LAST_LEGAL_REPRESENTATIVE');
  const changedEvent = remaining.length === 1 ? remaining[0]!.switchRemindersOn() : undefined;
  if (changedEvent) await publish(changedEvent);
  await recordMemberStatuses(em, organizationId, now);
}
