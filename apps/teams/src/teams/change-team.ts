import type { OrganizationAccess } from '@cordee/access/organization-access';
import type { Input } from '@cordee/contracts/contract';
import { assertVersion } from '@cordee/contracts/if-match';
import { inputError } from '@cordee/contracts/input-error';
import type * as contract from '@cordee/contracts/teams/team';
import type { CommandContext } from '@cordee/service/handler-decorators';
import { lockTeam, lockHierarchyAndEndExpired, saveTeams } from './lock-and-save-teams.ts';
import { selectCurrentMembers } from './memberships.ts';
import { assertParentEnd } from './assert-parent-end.ts';
import { endExpiredParentPeriods } from './team-parent-history.ts';
import { excludedExternals } from './excluded-externals.ts';
import { viewTeam, type TeamView } from './view-team.ts';
import { assertParent, type TeamTree } from './team-tree.ts';

/**
 * Changes a team. The child teams move with the team. Externals stay in a team that becomes members-only, and the
 * answer lists them as excluded.
 */
export async function changeTeam(
  context: CommandContext,
  input: Input<typeof contract.changeTeam>,
  access: Pick<OrganizationAccess, 'people' | 'grants'>,
): Promise<TeamView> {
  const { em, now, publish } = context;
  const { organizationId, teamId, ifMatch, leadAccountId, ...changes } = input;
  const movesTeam = changes.parentId !== undefined || changes.parentEndsAt !== undefined;
  const readTree = async (): Promise<TeamTree | undefined> => {
    if (movesTeam) return lockHierarchyAndEndExpired(context, organizationId);
    await endExpiredParentPeriods(context, organizationId);
    return undefined;
  };
  // The statements are sent in one round trip.
  const [tree, team, members] = await Promise.all([
    readTree(),
    lockTeam(em, organizationId, teamId),
    selectCurrentMembers(em, now, access.people, organizationId, teamId),
  ]);
  assertVersion(ifMatch, team.version);
  if (changes.parentId) assertParent(tree!, changes.parentId, teamId);
  const newParentId = changes.parentId === undefined ? (team.parentId ?? null) : changes.parentId;
  assertParentEnd(changes, newParentId, now);
  // Without `leadAccountId` in the input, the lead remains; null removes the lead.
  const lead = leadAccountId && members.find(({ accountId }) => accountId === leadAccountId);
  if (leadAccountId && !lead) throw inputError('LEAD_NOT_IN_TEAM', '/leadAccountId', 'is not in the team');
  const event = team.change({ ...changes, lead });
  await saveTeams(context, organizationId, [team]);
  if (event) await publish(event);
  return viewTeam(team, members, excludedExternals(access, team, members, now), now);
}
