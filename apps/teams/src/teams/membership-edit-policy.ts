import type { People } from '@cordee/access/people';
import { DomainError } from '@cordee/contracts/domain-error';
import type { CommandContext } from '@cordee/service/handler-decorators';
import { requireScope } from '@cordee/service/token-scope';
import { viewerOf, isTeamVisible } from './visible-teams.ts';
import { TeamPolicy } from './team-policy.entity.ts';
import type { Team } from './team.entity.ts';

/** Whose membership in a team the caller may change. */
export type CanEditMembership = (accountId: `acc_${string}`) => boolean;

/**
 * Whoever manages teams changes every membership; the lead of exactly this team those of members of the organization, where it lets leads do so
 * (C-TEAM-06). Nobody else: PERMISSION_DENIED, or TEAM_NOT_FOUND where the team is none that they see.
 */
export async function membershipEditPolicy(
  { em, now, accountId, scopes }: CommandContext,
  people: People,
  team: Team,
): Promise<CanEditMembership> {
  // The door is open to leads; a token that only reads changes nothing.
  requireScope(scopes, 'team:manage');
  if (people.may(accountId, 'team:manage')) return () => true;
  const lead = team.leadMemberId ?? undefined;
  const policy =
    lead && people.find(accountId)?.memberId === lead
      ? await em.findOne(TeamPolicy, { organizationId: team.organizationId })
      : null;
  if (!policy?.mayLeadManageMembers) {
    const isSeen = await isTeamVisible(em, now, viewerOf(people, accountId, now), {
      organizationId: team.organizationId,
      teamId: team.id,
    });
    throw new DomainError(isSeen ? 'PERMISSION_DENIED' : 'TEAM_NOT_FOUND');
  }
  return (edited) => (people.find(edited)?.role ?? 'external') !== 'external';
}

export const leadsEditMembersOnly = {
  code: 'PERMISSION_DENIED',
  detail: 'A lead adds and removes members of the organization, never externals',
} as const;
