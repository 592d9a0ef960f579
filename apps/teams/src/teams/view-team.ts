import type { Team as TeamContract } from '@cordee/contracts/teams/team';
import type * as z from 'zod';
import type { CurrentMember } from './memberships.ts';

export type TeamView = z.output<typeof TeamContract>;
export type TeamState = Pick<
  TeamView,
  'name' | 'colour' | 'parentId' | 'parentEndsAt' | 'isMembersOnly' | 'leadAccountId'
>;
export type ViewedMember = Pick<CurrentMember, 'accountId' | 'memberId' | 'role'>;

/** The fields of a stored team, which is an entity or a row. */
export interface StoredTeam {
  id: `team_${string}`;
  name: string;
  colour: TeamView['colour'];
  parentId?: `team_${string}` | null | undefined;
  parentEndsAt?: Date | null | undefined;
  isMembersOnly: boolean;
  leadAccountId?: `acc_${string}` | null | undefined;
  leadMemberId?: `mem_${string}` | null | undefined;
  version: number;
  createdAt: Date;
}

export const stateOf = (team: StoredTeam): TeamState => ({
  name: team.name,
  colour: team.colour,
  parentId: team.parentId ?? null,
  parentEndsAt: team.parentEndsAt?.toISOString() ?? null,
  isMembersOnly: team.isMembersOnly,
  leadAccountId: team.leadAccountId ?? null,
});

/**
 * The team at the instant `now`, with its active members and the excluded externals (see `excludedExternals`). A
 * planned end counts even before a job records the end: the lead is null after the end of their membership, and the
 * parent is null after the end of the parent period.
 */
export function viewTeam(
  team: StoredTeam,
  members: readonly ViewedMember[],
  excludedAccountIds: TeamView['excludedAccountIds'],
  now: Date,
): TeamView {
  const hasParentEnded = team.parentEndsAt != null && team.parentEndsAt <= now;
  return {
    id: team.id,
    ...stateOf(team),
    ...(hasParentEnded ? { parentId: null, parentEndsAt: null } : {}),
    leadAccountId: members.find(({ memberId }) => memberId === team.leadMemberId)?.accountId ?? null,
    memberAccountIds: members.map(({ accountId }) => accountId),
    excludedAccountIds,
    version: team.version,
    createdAt: team.createdAt.toISOString(),
  };
}
