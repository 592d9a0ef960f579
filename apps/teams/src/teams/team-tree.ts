import { inputError } from '@cordee/contracts/input-error';

type TeamId = `team_${string}`;
/** The parent of every team of an organization. */
export type TeamTree = ReadonlyMap<TeamId, TeamId | null>;

/** The maximum number of nested levels (TEAM-5). */
export const MAX_DEPTH = 10;

/**
 * Throws when the parent is unknown, when the parent is the team itself or inside the team, or when teams would be
 * nested too deep (TEAM-5). A new team has no `teamId` and no child teams.
 */
export function assertParent(tree: TeamTree, parentId: TeamId, teamId?: TeamId): void {
  if (!tree.has(parentId)) throw parentError('TEAM_NOT_FOUND', 'is not a team of this organization');
  const path = pathToRoot(tree, parentId);
  if (teamId && path.includes(teamId)) throw parentError('TEAM_CYCLE', 'is the team itself or inside it');
  if (path.length + (teamId ? heightOf(tree, teamId) : 1) > MAX_DEPTH)
    throw parentError('TEAM_NESTING_TOO_DEEP', `would nest teams deeper than ${MAX_DEPTH} levels`);
}

/** The team and all its parents, from the team up. */
function pathToRoot(tree: TeamTree, start: TeamId): TeamId[] {
  const path: TeamId[] = [];
  for (let team: TeamId | null | undefined = start; team; team = tree.get(team)) path.push(team);
  return path;
}

/** The number of levels from the team down to its lowest child team. */
function heightOf(tree: TeamTree, teamId: TeamId): number {
  const pathsThroughTeam = [...tree.keys()]
    .map((team) => pathToRoot(tree, team))
    .filter((path) => path.includes(teamId));
  return Math.max(1, ...pathsThroughTeam.map((path) => path.indexOf(teamId) + 1));
}

const parentError = (code: string, detail: string): Error => inputError(code, '/parentId', detail);
