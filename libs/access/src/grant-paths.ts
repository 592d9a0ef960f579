import { NEVER } from './instants.ts';
import type { People, Person } from './people.ts';
import { ORGANIZATION, type Teams } from './teams.ts';

type TeamId = `team_${string}`;

/**
 * The teams from the team of the person up to the holder of a grant; empty for a grant to the person or to the
 * organization.
 */
export type GrantPath = readonly TeamId[];

/**
 * The holders whose grants apply to a person at the instant, with the paths to each holder. The holders are the
 * person, the teams of the person, the parents of these teams (TEAM-5) and the organization. An external gets no grant
 * of the whole organization (PROD-3). Calls `onEnd` with the end of each membership and each parent period that it
 * reads; a parent period is the time during which a team is inside its parent. The caller learns from these ends how
 * long the result is valid.
 */
export function pathsTo(
  teams: Teams,
  { memberId, role }: Pick<Person, 'memberId' | 'role'>,
  at: number,
  onEnd: (instant: number) => void = ignore,
): Map<string, GrantPath[]> {
  const isExternal = role === 'external';
  // `[[]]` is one path without teams.
  const paths = new Map<string, GrantPath[]>([[memberId, [[]]]]);
  if (!isExternal) paths.set(ORGANIZATION, [[]]);
  for (const membership of teams.membershipsOf(memberId)) {
    onEnd(membership.endsAt);
    if (membership.endsAt <= at) continue;
    const path: TeamId[] = [];
    for (let team = teams.find(membership.teamId); team && !path.includes(team.teamId);) {
      if (team.isMembersOnly && isExternal) break;
      path.push(team.teamId);
      const pathsToTeam = paths.get(team.teamId);
      if (pathsToTeam) pathsToTeam.push([...path]);
      else paths.set(team.teamId, [[...path]]);
      onEnd(team.parentEndsAt);
      if (team.parentEndsAt <= at) break;
      team = team.parentId ? teams.find(team.parentId) : undefined;
    }
  }
  return paths;
}

/**
 * Calls `visit` for the people to whom the grants of a holder apply at the instant, with their paths to the holder: the
 * inverse of `pathsTo`. A person with several paths is visited several times.
 */
export function forEachHolder(
  { people, grants: { teams } }: { people: People; grants: { teams: Teams } },
  holder: string,
  at: number,
  visit: (person: Person, teams: GrantPath) => void,
): void {
  if (holder === ORGANIZATION) {
    for (const person of people.all()) if (person.role !== 'external') visit(person, NO_TEAMS);
    return;
  }
  const member = people.member(holder);
  if (member) return visit(member, NO_TEAMS);
  for (const path of teams.pathsFrom(holder as TeamId, at)) {
    const isForExternals = !path.some((teamId) => teams.find(teamId)!.isMembersOnly);
    for (const { person, endsAt } of teams.peopleOf(path[0]!, people))
      if (endsAt > at && (isForExternals || person.role !== 'external')) visit(person, path);
  }
}

const NO_TEAMS: GrantPath = [];

/** The end of a path: the end of the membership in its first team or of a parent period, whichever is earlier. */
export function endOfPath(teams: Teams, memberId: string, path: GrantPath): number {
  if (path.length === 0) return NEVER;
  const membershipEnds = [...teams.membershipsOf(memberId)]
    .filter(({ teamId }) => teamId === path[0])
    .map(({ endsAt }) => endsAt);
  return Math.min(
    Math.max(...membershipEnds),
    ...path.slice(0, -1).map((teamId) => teams.find(teamId)?.parentEndsAt ?? NEVER),
  );
}

const ignore = (): void => undefined;
