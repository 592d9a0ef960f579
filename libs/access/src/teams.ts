import type { GrantSnapshot } from '@cordee/contracts/teams/grant-snapshot';
import { millisecondsOf, NEVER } from './instants.ts';
import type { Person } from './people.ts';
import { addTo, removeFrom } from './multi-map.ts';

type TeamId = `team_${string}`;
type MemberId = `mem_${string}`;

/** The maximum depth of nested teams, which ends a cycle of parents. It is higher than the limit of nested teams. */
const MAX_DEPTH = 20;
/** The holder of grants to the whole organization. */
export const ORGANIZATION = 'organization';

interface Membership {
  readonly teamId: TeamId;
  readonly memberId: MemberId;
  readonly endsAt: number;
}

interface Team extends Omit<GrantSnapshot['teams'][number], 'parentEndsAt'> {
  readonly parentEndsAt: number;
  readonly members: Membership[];
}

/**
 * The teams from the team of the person up to the holder of a grant; empty for a grant to the person or to the
 * organization.
 */
export type GrantPath = readonly TeamId[];

/** The teams of an organization with their parents and members. */
export class Teams {
  private readonly teams = new Map<string, Team>();
  private readonly children = new Map<string, Set<string>>();
  private readonly memberships = new Map<string, Set<Membership>>();

  add(row: GrantSnapshot['teams'][number]): void {
    this.teams.set(row.teamId, {
      ...row,
      parentEndsAt: millisecondsOf(row.parentEndsAt),
      members: this.teams.get(row.teamId)?.members ?? [],
    });
    if (row.parentId) addTo(this.children, row.parentId, row.teamId);
  }

  addMembership({ teamId, memberId, endsAt }: GrantSnapshot['memberships'][number]): void {
    const team = this.teams.get(teamId);
    if (!team) return;
    const membership = { teamId: team.teamId, memberId, endsAt: millisecondsOf(endsAt) };
    team.members.push(membership);
    addTo(this.memberships, membership.memberId, membership);
  }

  /** Removes a team with its memberships. Returns the members whose access may change. */
  remove(id: string): Set<MemberId> {
    const members = new Set<MemberId>();
    const team = this.teams.get(id);
    if (!team) return members;
    for (const memberId of this.membersOf(id)) members.add(memberId);
    for (const membership of team.members) removeFrom(this.memberships, membership.memberId, membership);
    if (team.parentId) removeFrom(this.children, team.parentId, id);
    this.teams.delete(id);
    return members;
  }

  /**
   * The holders whose grants apply to a person at the instant, with the paths to each holder. The holders are the
   * person, the teams of the person, the parents of these teams (TEAM-5) and, except for externals (PROD-3), the
   * organization. Calls `onEnd` with the end of each membership and each parent period that it reads.
   */
  pathsTo(
    { memberId, role }: Pick<Person, 'memberId' | 'role'>,
    at: number,
    onEnd: (instant: number) => void = ignore,
  ): Map<string, GrantPath[]> {
    const isExternal = role === 'external';
    // `[[]]` is one path without teams.
    const paths = new Map<string, GrantPath[]>([[memberId, [[]]]]);
    if (!isExternal) paths.set(ORGANIZATION, [[]]);
    for (const membership of this.memberships.get(memberId) ?? []) {
      onEnd(membership.endsAt);
      if (membership.endsAt <= at) continue;
      const path: TeamId[] = [];
      for (let team = this.teams.get(membership.teamId); team && !path.includes(team.teamId);) {
        if (team.isMembersOnly && isExternal) break;
        path.push(team.teamId);
        const pathsToTeam = paths.get(team.teamId);
        if (pathsToTeam) pathsToTeam.push([...path]);
        else paths.set(team.teamId, [[...path]]);
        onEnd(team.parentEndsAt);
        if (team.parentEndsAt <= at) break;
        team = team.parentId ? this.teams.get(team.parentId) : undefined;
      }
    }
    return paths;
  }

  /** The end of a path: the end of the membership in its first team or of a parent period, whichever is earlier. */
  endOf(memberId: string, path: GrantPath): number {
    if (path.length === 0) return NEVER;
    const membershipEnds = [...(this.memberships.get(memberId) ?? [])]
      .filter(({ teamId }) => teamId === path[0])
      .map(({ endsAt }) => endsAt);
    return Math.min(
      Math.max(...membershipEnds),
      ...path.slice(0, -1).map((teamId) => this.teams.get(teamId)?.parentEndsAt ?? NEVER),
    );
  }

  /** The members to whom grants of the team apply: the members of the team and of its descendants. */
  *membersOf(teamId: string, depth = 0): Iterable<MemberId> {
    for (const { memberId } of this.teams.get(teamId)?.members ?? []) yield memberId;
    if (depth < MAX_DEPTH) for (const child of this.children.get(teamId) ?? []) yield* this.membersOf(child, depth + 1);
  }

  find(
    teamId: string,
  ): { readonly teamId: TeamId; readonly name: string; readonly parentId: TeamId | null } | undefined {
    return this.teams.get(teamId);
  }

  /** The team and its parents at the instant, innermost first. */
  pathOf(teamId: string, at: number): readonly { readonly teamId: TeamId; readonly name: string }[] {
    const path: Team[] = [];
    for (let team = this.teams.get(teamId); team && !path.includes(team);) {
      path.push(team);
      team = team.parentId && team.parentEndsAt > at ? this.teams.get(team.parentId) : undefined;
    }
    return path;
  }

  get size(): number {
    return this.teams.size + this.memberships.size;
  }
}

const ignore = (): void => undefined;
