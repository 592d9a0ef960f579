import type { AccessFacts } from './access-facts.ts';

export type Person = AccessFacts['people']['people'][number];
export type Grant = AccessFacts['grants']['grants'][number];
type TeamId = `team_${string}`;

/** A grant that reaches a person. */
export interface HeldGrant {
  grant: Grant;
  /** From the team the person is in, up to the team that holds the grant; empty without a team. */
  teams: TeamId[];
}

/** Every grant that reaches the person at the instant: direct, by team with its parents, or given to the whole organization. */
export function heldGrants(facts: AccessFacts, person: Person, at: Date): HeldGrant[] {
  const teamPaths = teamPathsOf(facts, person.accountId, at);
  return facts.grants.grants.flatMap((grant) => {
    const teams = hasEnded(grant.endsAt, at) ? undefined : holds(grant, person, teamPaths);
    return teams ? [{ grant, teams }] : [];
  });
}

/** The teams that the person is in at the instant, their parents left out. */
export const teamsOf = (facts: AccessFacts, accountId: `acc_${string}`, at: Date): Set<TeamId> =>
  new Set(facts.grants.memberships.filter((membership) => membership.accountId === accountId && !hasEnded(membership.endsAt, at)).map(({ teamId }) => teamId));

const hasEnded = (endsAt: string | null, at: Date): boolean => endsAt !== null && new Date(endsAt) <= at;

/** The path of teams through which the person holds the grant, empty for a direct or whole-organization grant; undefined when not at all. */
function holds(grant: Grant, person: Person, teamPaths: Map<string, TeamId[]>): TeamId[] | undefined {
  const { holder } = grant;
  if (holder.kind === 'account') return holder.accountId === person.accountId ? [] : undefined;
  if (holder.kind === 'organization') return person.role === 'external' ? undefined : [];
  return teamPaths.get(holder.teamId);
}

/** For every team whose grants reach the person: the path from the team they are in up to it (TEAM-5: members of the child get the parent's grants). */
function teamPathsOf(facts: AccessFacts, accountId: `acc_${string}`, at: Date): Map<string, TeamId[]> {
  const parents = new Map(facts.grants.teams.map(({ teamId, parentId }) => [teamId, parentId]));
  const paths = new Map<string, TeamId[]>();
  for (const start of teamsOf(facts, accountId, at)) {
    const path: TeamId[] = [];
    for (let team: TeamId | null | undefined = start; team && parents.has(team) && !path.includes(team); team = parents.get(team)) {
      path.push(team);
      if (!paths.has(team) || paths.get(team)!.length > path.length) paths.set(team, [...path]);
    }
  }
  return paths;
}
