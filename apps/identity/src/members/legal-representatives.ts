import { DomainError } from '@cordee/contracts/domain-error';
import type { CommandContext } from '@cordee/service/handler-decorators';
import { toId, toUuid } from '@cordee/contracts/id';
import { sendAhead } from '@cordee/service/database/orm';
import { LockMode, type EntityManager } from '@mikro-orm/postgresql';
import { Organization } from '../organizations/organization.entity.ts';
import { Member } from './member.entity.ts';
import { lacksSecondFactorSql, recordMemberStatuses } from './member-status-history.ts';

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
 * Waits for changes of members in progress, and keeps the members as they are until the commit, without waiting for the
 * reply. Several transactions that only add members have this lock at the same time.
 */
export function lockMembersSharedAhead(em: EntityManager, organizationId: `org_${string}`): void {
  sendAhead(em, `select from organization where organization_id = ? for share`, [toUuid(organizationId)]);
}

/**
 * Completes the change or the removal of a member, after the last change of the members:
 * - rejects the change when no legal representative who can act remains (ROL-4); a legal representative without a
 *   required second factor cannot act
 * - records the status of the member
 * - switches on the reminders of the legal representative when only one remains (ROL-5)
 *
 * `member` is the state after the change.
 */
export async function completeMemberChange(
  { em, now, publish }: Pick<CommandContext, 'em' | 'now' | 'publish'>,
  member: Member,
  { wasLegalRepresentative }: { wasLegalRepresentative: boolean },
): Promise<void> {
  const { organizationId, id } = member;
  await em.flush();
  const [remaining, accountsWithoutFactor] = await Promise.all([
    em.find(Member, { organizationId, role: 'legal_representative', isBlocked: false }),
    selectAccountsWithoutSecondFactor(em, organizationId, member.accountId),
    recordMemberStatuses(em, organizationId, now, [id]),
  ]);
  const canAct = ({ accountId }: Member): boolean => !accountsWithoutFactor.has(accountId);
  const memberCanNoLongerAct = wasLegalRepresentative && canAct(member) && !remaining.some((each) => each.id === id);
  if (remaining.length === 0 || (memberCanNoLongerAct && !remaining.some(canAct)))
    throw new DomainError('LAST_LEGAL_REPRESENTATIVE');
  const last = remaining.length === 1 ? remaining[0]! : undefined;
  const changedEvent = last?.switchRemindersOn();
  if (!changedEvent) return;
  await publish(changedEvent);
  await recordMemberStatuses(em, organizationId, now, [last!.id]);
}

/**
 * Rejects a change after which an organization that requires a second factor has no legal representative who can act
 * (ROL-4). `subject` is the organization, or a legal representative, whose organizations are all checked. Lock the
 * organizations before the change, and flush the change before this check.
 */
export async function assertLegalRepresentativeCanAct(
  em: EntityManager,
  subject: `org_${string}` | `acc_${string}`,
): Promise<void> {
  const column = subject.startsWith('org_') ? 'organization_id' : 'account_id';
  const [row] = await em.execute<{ isViolated: boolean }[]>(
    `select exists (
       select from organization
       join member own using (organization_id)
       where own.${column} = ? and own.role = 'legal_representative' and organization.is_second_factor_required
         and not exists (
           select from member
           where member.organization_id = organization.organization_id
             and member.role = 'legal_representative' and not member.is_blocked and not ${lacksSecondFactorSql}
         )
     ) as "isViolated"`,
    [toUuid(subject)],
  );
  if (row!.isViolated) throw new DomainError('LAST_LEGAL_REPRESENTATIVE');
}

/** Selects the accounts that lack a required second factor, among the legal representatives and `accountId`. */
async function selectAccountsWithoutSecondFactor(
  em: EntityManager,
  organizationId: `org_${string}`,
  accountId: `acc_${string}`,
): Promise<Set<`acc_${string}`>> {
  const rows = await em.execute<{ account_id: string }[]>(
    `select member.account_id
     from (
       select account_id from member where organization_id = ? and role = 'legal_representative'
       union select ?::uuid
     ) member
     join organization on organization.organization_id = ?
     where ${lacksSecondFactorSql}`,
    [toUuid(organizationId), toUuid(accountId), toUuid(organizationId)],
  );
  return new Set(rows.map((row) => toId('acc', row.account_id)));
}
