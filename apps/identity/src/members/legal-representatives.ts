import { DomainError } from '@cordee/contracts/domain-error';
import type { CommandContext } from '@cordee/service/handler-decorators';
import { toId, toUuid } from '@cordee/contracts/id';
import type { EntityManager } from '@mikro-orm/postgresql';
import { lacksSecondFactorSql } from '../second-factors/lacks-second-factor.ts';
import { Member } from './member.entity.ts';
import { recordMemberStatuses } from './member-status-history.ts';

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
  const [representatives, accountsLackingFactor] = await Promise.all([
    em.find(Member, { organizationId, role: 'legal_representative', isBlocked: false }),
    selectAccountsLackingSecondFactor(em, organizationId, member.accountId),
    recordMemberStatuses(em, organizationId, now, [id]),
  ]);
  const hasFactor = ({ accountId }: Member): boolean => !accountsLackingFactor.has(accountId);
  const memberCanNoLongerAct =
    wasLegalRepresentative && hasFactor(member) && !representatives.some((each) => each.id === id);
  if (representatives.length === 0 || (memberCanNoLongerAct && !representatives.some(hasFactor)))
    throw new DomainError('LAST_LEGAL_REPRESENTATIVE');
  const onlyRepresentative = representatives.length === 1 ? representatives[0]! : undefined;
  const changedEvent = onlyRepresentative?.switchRemindersOn();
  if (!changedEvent) return;
  await publish(changedEvent);
  await recordMemberStatuses(em, organizationId, now, [onlyRepresentative!.id]);
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
       join member subject using (organization_id)
       where subject.${column} = ? and subject.role = 'legal_representative' and organization.is_second_factor_required
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
async function selectAccountsLackingSecondFactor(
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
