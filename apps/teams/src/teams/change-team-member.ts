import type { People } from '@cordee/access/people';
import type { Input, Output } from '@cordee/contracts/contract';
import { DomainError } from '@cordee/contracts/domain-error';
import { inputError } from '@cordee/contracts/input-error';
import type * as contract from '@cordee/contracts/teams/team';
import type { CommandContext } from '@cordee/service/handler-decorators';
import { lockTeamAndEndExpiredMemberships } from './departures.ts';
import { selectCurrentMembers, setMembershipEnd } from './memberships.ts';

/**
 * Sets or clears the end of a membership. An expired membership cannot be continued: the person must be added again.
 */
export async function changeTeamMember(
  context: CommandContext,
  { organizationId, teamId, accountId, endsAt }: Input<typeof contract.changeTeamMember>,
  people: People,
): Promise<Output<typeof contract.changeTeamMember>> {
  const { em, now, publish } = context;
  const [team, members] = await Promise.all([
    lockTeamAndEndExpiredMemberships(context, organizationId, teamId),
    selectCurrentMembers(em, now, people, organizationId, teamId),
  ]);
  const member = members.find((candidate) => candidate.accountId === accountId);
  if (!member) throw new DomainError('TEAM_MEMBER_NOT_FOUND');
  if (endsAt && new Date(endsAt) <= now) throw inputError('MEMBERSHIP_ENDS_IN_PAST', '/endsAt', 'is in the past');
  const newEndsAt = endsAt && new Date(endsAt).toISOString();
  // Without `endsAt` in the input, the end remains.
  if (newEndsAt === undefined || newEndsAt === member.endsAt) return member;
  setMembershipEnd(em, now, { organizationId, teamId }, member.memberId, newEndsAt);
  await publish(team.memberEndChanged(accountId, member.endsAt, newEndsAt));
  return { ...member, endsAt: newEndsAt };
}
