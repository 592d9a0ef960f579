import { changeTeam } from '@cordee/contracts/teams/team';
import type { Input } from '@cordee/contracts/contract';
import { DomainError } from '@cordee/contracts/domain-error';
import type { CommandContext } from '@cordee/service/handles';
import { findTeam, flushTeam, lockTree } from './find-team.ts';
import { selectMembers } from './memberships.ts';
import type { TeamView } from './team.entity.ts';
import { checkPlace } from './team-tree.ts';

/** Changes a team; its children move with it. */
export async function applyTeamChange({ em, now, publish }: CommandContext, input: Input<typeof changeTeam>): Promise<TeamView> {
  const { organizationId, teamId, ifMatch, ...wanted } = input;
  const tree = await lockTree(em, organizationId);
  const team = await findTeam(em, organizationId, teamId, { for: 'change' });
  if (ifMatch !== undefined && ifMatch !== team.version) throw new DomainError('VERSION_MISMATCH');
  if (wanted.parentId) checkPlace(tree, wanted.parentId, teamId);
  const members = await selectMembers(em, now, organizationId, teamId);
  if (wanted.leadAccountId && !members.includes(wanted.leadAccountId)) throw new DomainError('LEAD_NOT_IN_TEAM', { errors: [{ pointer: '/leadAccountId', detail: 'is not in the team', code: 'lead_not_in_team' }] });
  const changed = team.change(wanted);
  await flushTeam(em);
  if (changed) await publish(changed);
  return team.view(members);
}
