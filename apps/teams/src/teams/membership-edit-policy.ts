import type { People } from '@cordee/access/people';
import { DomainError } from '@cordee/contracts/domain-error';
import type { CommandContext } from '@cordee/service/handler-decorators';
import { requireScope } from '@cordee/service/token-scope';
import { viewerOf, isTeamVisible } from './visible-teams.ts';
import { TeamPolicy } from './team-policy.entity.ts';
import type { Team } from './team.entity.ts';

/** True when the caller may change the membership of the account. */
export type CanEditMembership = (accountId: `acc_${string}`) => boolean;

/**
 * People who manage teams change every membership. The lead of this team changes those of members of the organization,
 * when the policy allows it (C-TEAM-06). Others get PERMISSION_DENIED, or TEAM_NOT_FOUND when they cannot see the team.
 */
export async function membershipEditPolicy(
  { em, now, accountId, scopes }: CommandContext,
  people: People,
  team: Team,
): Promise<CanEditMembership> {
  // The operation requires a permission that leads have too, so the scope is checked here.
  requireScope(scopes, 'team:manage');
  if (people.may(accountId, 'team:manage')) return () => true;
  const lead = team.leadMemberId ?? undefined;
  const policy =
    lead && people.find(accountId)?.memberId === lead
      ? await em.findOne(TeamPolicy, { organizationId: team.organizationId })
      : null;
  if (!policy?.mayLeadManageMembers) {
    const isVisible = await isTeamVisible(em, now, viewerOf(people, accountId, now), {
      organizationId: team.organizationId,
      teamId: team.id,
    });
    throw new DomainError(isVisible ? 'PERMISSION_DENIED' : 'TEAM_NOT_FOUND');
  }
  return (edited) => (people.find(edited)?.role ?? 'external') !== 'external';
}

export const leadsEditMembersOnly = {
  code: 'PERMISSION_DENIED',
  detail: 'A lead adds and removes members of the organization, never externals',
} as const;
