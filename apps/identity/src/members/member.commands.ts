import { acceptRole, changeMember, removeMember } from '@cordee/contracts/identity/member';
import type { Input, Output } from '@cordee/contracts/contract';
import { isManagerRole } from '@cordee/contracts/permissions';
import { DomainError } from '@cordee/contracts/domain-error';
import { assertVersion } from '@cordee/contracts/if-match';
import { Handles, type CommandContext } from '@cordee/service/handler-decorators';
import { Controller } from '@nestjs/common';
import type { EntityManager } from '@mikro-orm/postgresql';
import { findMemberTokens } from '../api-tokens/find-member-tokens.ts';
import { completeMemberChange } from './legal-representatives.ts';
import { Member } from './member.entity.ts';
import { recordMemberStatusesAhead } from './member-status-history.ts';
import { lockOrganizationAhead } from './organization-locks.ts';
import { lacksSecondFactor } from '../second-factors/lacks-second-factor.ts';
import { endMemberSupportAccesses } from '../support-access/end-member-support-accesses.ts';
import { loadAccountOfMember, viewMember } from './view-member.ts';

@Controller()
export class MemberCommands {
  @Handles(changeMember)
  async changeMember(input: Input<typeof changeMember>, context: CommandContext): Promise<Output<typeof changeMember>> {
    const { em, accountId, publish } = context;
    const { organizationId, memberId: _, ifMatch, ...changes } = input;
    lockOrganizationAhead(em, organizationId);
    const { caller, member } = await findCallerAndMember(em, input, accountId);
    assertVersion(ifMatch, member.version);
    const switchesRemindersOff =
      member.flags.includes('reminders.email') &&
      changes.flags !== undefined &&
      !changes.flags.includes('reminders.email');
    const { role: roleBefore } = member;
    const wasLegalRepresentative = member.isLegalRepresentative();
    const events = member.change(caller, changes);
    if (
      switchesRemindersOff &&
      member.isLegalRepresentative() &&
      (await hasOnlyOneLegalRepresentative(em, organizationId))
    )
      throw new DomainError('REMINDERS_REQUIRED');
    const endedAccessEvents =
      member.role === roleBefore ? [] : await endMemberSupportAccesses(context, member, member.role);
    await publish([...events, ...endedAccessEvents]);
    await completeMemberChange(context, member, { wasLegalRepresentative });
    return viewMember(em, member);
  }

  @Handles(acceptRole)
  async acceptRole(
    { organizationId, memberId }: Input<typeof acceptRole>,
    { em, now, accountId, publish }: CommandContext,
  ): Promise<Output<typeof acceptRole>> {
    lockOrganizationAhead(em, organizationId);
    const [member] = await Promise.all([
      em.findOne(Member, { organizationId, id: memberId }),
      loadAccountOfMember(em, organizationId, memberId),
    ]);
    if (member?.accountId !== accountId) throw new DomainError('MEMBER_NOT_FOUND');
    const [offerer, offererLacksSecondFactor] = member.offeredBy
      ? await Promise.all([
          em.findOne(Member, { organizationId, accountId: member.offeredBy }),
          lacksSecondFactor(em, organizationId, member.offeredBy),
        ])
      : [null, false];
    const event = member.acceptOfferedRole(offerer && !offererLacksSecondFactor ? offerer : undefined);
    if (event) await publish(event);
    await em.flush();
    recordMemberStatusesAhead(em, organizationId, now, [member.id]);
    return viewMember(em, member);
  }

  @Handles(removeMember)
  async removeMember(
    { organizationId, memberId, ifMatch }: Input<typeof removeMember>,
    context: CommandContext,
  ): Promise<Output<typeof removeMember>> {
    const { em, now, accountId, publish } = context;
    lockOrganizationAhead(em, organizationId);
    const { caller, member } = await findCallerAndMember(em, { organizationId, memberId }, accountId);
    const isSelf = member.id === caller.id;
    // A member may leave without a permission. The removal of another member requires a permission.
    const isCallerManager = isManagerRole(caller.role);
    // An external does not see the members, and must not learn which member ids exist.
    if (!isSelf && !isCallerManager)
      throw new DomainError(caller.role === 'external' ? 'MEMBER_NOT_FOUND' : 'PERMISSION_DENIED');
    // Only a legal representative removes another legal representative (ROL-3).
    if (!isSelf && member.role === 'legal_representative' && !caller.isLegalRepresentative())
      throw new DomainError('ROLE_RESERVED');
    assertVersion(ifMatch, member.version);
    const [endedAccessEvents, tokens] = await Promise.all([
      endMemberSupportAccesses(context, member, 'none'),
      findMemberTokens(em, member),
    ]);
    em.remove(member);
    await publish([member.removed(), ...endedAccessEvents, ...tokens.map((token) => token.end(now, 'member_removed'))]);
    await completeMemberChange(context, member, { wasLegalRepresentative: member.isLegalRepresentative() });
    return {};
  }
}

/** Finds the two members, and loads the account that the view of the member shows, in one round trip. */
async function findCallerAndMember(
  em: EntityManager,
  { organizationId, memberId }: { organizationId: `org_${string}`; memberId: `mem_${string}` },
  accountId: `acc_${string}`,
): Promise<{ caller: Member; member: Member }> {
  const [members] = await Promise.all([
    em.find(Member, { organizationId, $or: [{ accountId }, { id: memberId }] }),
    loadAccountOfMember(em, organizationId, memberId),
  ]);
  const caller = members.find((member) => member.accountId === accountId);
  const member = members.find(({ id }) => id === memberId);
  if (!caller) throw new DomainError('ORGANIZATION_NOT_FOUND');
  if (!member) throw new DomainError('MEMBER_NOT_FOUND');
  return { caller, member };
}

const hasOnlyOneLegalRepresentative = async (em: EntityManager, organizationId: `org_${string}`): Promise<boolean> =>
  (await em.count(Member, { organizationId, role: 'legal_representative', isBlocked: false })) === 1;
