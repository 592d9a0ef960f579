import type { People } from '@cordee/access/people';
import { DomainError } from '@cordee/contracts/domain-error';
import type { CommandContext } from '@cordee/service/handler-decorators';
import { requireScope } from '@cordee/service/token-scope';
import { viewerMemberIdOf, isTeamVisible } from './visible-teams.ts';
import { TeamPolicy } from './team-policy.entity.ts';
import type { Team } from './team.entity.ts';

/** True when the caller may change the membership of the account. */
export type CanEditMembership = (accountId: `acc_${string}`) => boolean;

/**
 * Creates the check for the memberships of the team that the caller may change. People who manage teams may change all
 * memberships. When the policy allows it, the lead may change the memberships of all people except externals. Other
 * callers get PERMISSION_DENIED, or TEAM_NOT_FOUND when they cannot see the team.
 */
export async function createMembershipEditCheck(
  { em, now, accountId, scopes }: CommandContext,
  people: People,
  team: Team,
): Promise<CanEditMembership> {
  // The contract requires only a permission that leads also have, so the scope `team:manage` is checked here.
  requireScope(scopes, 'team:manage');
  if (people.may(accountId, 'team:manage')) return () => true;
  const leadMemberId = team.leadMemberId ?? undefined;
  // The first condition is for a team without a lead: a caller without a member id must not count as the lead.
  const policy =
    leadMemberId && people.find(accountId)?.memberId === leadMemberId
      ? await em.findOne(TeamPolicy, { organizationId: team.organizationId })
      : null;
  if (!policy?.mayLeadManageMembers) {
    const isVisible = await isTeamVisible(em, now, viewerMemberIdOf(people, accountId, now), {
      organizationId: team.organizationId,
      teamId: team.id,
    });
    throw new DomainError(isVisible ? 'PERMISSION_DENIED' : 'TEAM_NOT_FOUND');
  }
  // A person outside the organization counts as an external.
  return (editedAccountId) => (people.find(editedAccountId)?.role ?? 'external') !== 'external';
}

/** The error in the result for a person whose membership the lead may not change. */
export const externalEditDenied = {
  code: 'PERMISSION_DENIED',
  detail: 'A lead adds and removes members of the organization, never externals',
} as const;
