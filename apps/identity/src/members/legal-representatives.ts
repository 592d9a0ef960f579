import { DomainError } from '@cordee/contracts/domain-error';
import type { CommandContext } from '@cordee/service/handler-decorators';
import { LockMode, type EntityManager } from '@mikro-orm/postgresql';
import { Organization } from '../organizations/organization.entity.ts';
import { Member } from './member.entity.ts';
import { recordMemberStatuses } from './member-status-history.ts';

/** Whatever may change who represents an organization takes turns on its row (ROL-4: held by the transaction, not by a check before it). */
export async function lockOrganization(em: EntityManager, organizationId: `org_${string}`): Promise<Organization> {
  const organization = await em.findOne(
    Organization,
    { organizationId },
    { lockMode: LockMode.PESSIMISTIC_WRITE, refresh: true },
  );
  if (!organization) throw new DomainError('ORGANIZATION_NOT_FOUND');
  return organization;
}

/** Refuses a state without a legal representative, keeps the reminders of the only one on (ROL-4, ROL-5), and puts on record how everybody stands. Call it last. */
export async function keepLegalRepresentative(
  { em, now, publish }: Pick<CommandContext, 'em' | 'now' | 'publish'>,
  organizationId: `org_${string}`,
): Promise<void> {
  await em.flush();
  const remaining = await em.find(Member, { organizationId, role: 'legal_representative', isBlocked: false });
  if (remaining.length === 0) throw new DomainError('LAST_LEGAL_REPRESENTATIVE');
  const switchedOn = remaining.length === 1 ? remaining[0]!.switchRemindersOn() : undefined;
  if (switchedOn) await publish(switchedOn);
  await recordMemberStatuses(em, organizationId, now);
}
