import { inputError } from '@cordee/contracts/input-error';

type TeamId = `team_${string}`;
/** The parent of every team of an organization. */
export type TeamTree = ReadonlyMap<TeamId, TeamId | null>;

/** The maximum number of nested levels (TEAM-5). */
export const MAX_DEPTH = 10;

/**
 * Throws for an unknown parent, a parent inside the team itself, and for a result that is nested too deep (C-TEAM-13).
 * A new team has no levels below it.
 */
export function assertParent(tree: TeamTree, parentId: TeamId, teamId?: TeamId): void {
  if (!tree.has(parentId)) throw parentError('TEAM_NOT_FOUND', 'is no team of this organization');
  const above = ancestorsOf(tree, parentId);
  if (teamId && above.includes(teamId)) throw parentError('TEAM_CYCLE', 'is the team itself or inside it');
  if (above.length + (teamId ? heightOf(tree, teamId) : 1) > MAX_DEPTH)
    throw parentError('TEAM_NESTING_TOO_DEEP', `would nest teams deeper than ${MAX_DEPTH}`);
}

/** The team and all its parents. */
function ancestorsOf(tree: TeamTree, start: TeamId): TeamId[] {
  const path: TeamId[] = [];
  for (let team: TeamId | null | undefined = start; team; team = tree.get(team)) path.push(team);
  return path;
}

/** The number of levels from the team down. */
function heightOf(tree: TeamTree, teamId: TeamId): number {
  const below = [...tree.keys()].map((team) => ancestorsOf(tree, team)).filter((path) => path.includes(teamId));
  return Math.max(1, ...below.map((path) => path.indexOf(teamId) + 1));
}

const parentError = (code: string, detail: string): Error => inputError(code, '/parentId', detail);
