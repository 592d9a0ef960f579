import type { OrganizationAccess } from '@cordee/access/organization-access';
import type { StoredTeam, ViewedMember } from './view-team.ts';

/**
 * Returns the externals in the team or in its child teams to whom grants of the team or of a parent do not apply,
 * because the team or the parent is members-only. `team` and `members` are arguments, because a command has just
 * changed them; the other teams come from the access cache.
 */
export function excludedExternals(
  { people, grants: { teams } }: Pick<OrganizationAccess, 'people' | 'grants'>,
  team: StoredTeam,
  members: readonly ViewedMember[],
  now: Date,
): `acc_${string}`[] {
  const at = now.getTime();
  const parentId = team.parentEndsAt != null && team.parentEndsAt <= now ? null : team.parentId;
  const isMembersOnly =
    team.isMembersOnly || (parentId != null && teams.pathOf(parentId, at).some((parent) => parent.isMembersOnly));
  if (!isMembersOnly) return [];
  const membersOfChildren = [...teams.withDescendants(team.id, at)]
    .filter((teamId) => teamId !== team.id)
    .flatMap((teamId) => [...teams.activeMembersOf(teamId, at)]);
  return [...new Set([...members.map(({ memberId }) => memberId), ...membersOfChildren])].flatMap((memberId) => {
    const person = people.member(memberId);
    return person?.role === 'external' ? [person.accountId] : [];
  });
}
