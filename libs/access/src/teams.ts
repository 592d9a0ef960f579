import type { GrantSnapshot } from '@cordee/contracts/teams/grant-snapshot';
import { millisecondsOf, NEVER } from './instants.ts';
import type { Person } from './people.ts';
import { drop, put } from './products.ts';

type TeamId = `team_${string}`;
type MemberId = `mem_${string}`;

/** Deeper than teams are ever nested; what would be a circle ends here. */
const MAX_DEPTH = 20;
/** The holder of what is given to the whole organization. */
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

/** How something given to a holder reaches a person: the teams from the one they are in up to the holder; none when it is given to them or to all. */
export type Way = readonly TeamId[];

/** The teams of an organization, what they stand in, and who is in them. */
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
    if (row.parentId) put(this.children, row.parentId, row.teamId);
  }

  addMembership({ teamId, memberId, endsAt }: GrantSnapshot['memberships'][number]): void {
    const team = this.teams.get(teamId);
    if (!team) return;
    const membership = { teamId: team.teamId, memberId, endsAt: millisecondsOf(endsAt) };
    team.members.push(membership);
    put(this.memberships, membership.memberId, membership);
  }

  /** Forgets a team with its people, who are named. */
  forget(id: string): Set<MemberId> {
    const members = new Set<MemberId>();
    const team = this.teams.get(id);
    if (!team) return members;
    for (const memberId of this.membersOf(id)) members.add(memberId);
    for (const membership of team.members) drop(this.memberships, membership.memberId, membership);
    if (team.parentId) drop(this.children, team.parentId, id);
    this.teams.delete(id);
    return members;
  }

  /**
   * Every holder whose grants reach a person at the instant, with the ways in which they do: the person, their teams with what these stand in
   * (TEAM-5: members of the child get the parent's grants), and the whole organization, which externals are no part of (PROD-3). `ends` hears of
   * every instant at which one of them ends or has ended.
   */
  waysTo(
    { memberId, role }: Pick<Person, 'memberId' | 'role'>,
    at: number,
    ends: (instant: number) => void = ignore,
  ): Map<string, Way[]> {
    const isExternal = role === 'external';
    const ways = new Map<string, Way[]>([[memberId, [[]]]]);
    if (!isExternal) ways.set(ORGANIZATION, [[]]);
    for (const membership of this.memberships.get(memberId) ?? []) {
      ends(membership.endsAt);
      if (membership.endsAt <= at) continue;
      const path: TeamId[] = [];
      for (let team = this.teams.get(membership.teamId); team && !path.includes(team.teamId);) {
        if (team.isMembersOnly && isExternal) break;
        path.push(team.teamId);
        const known = ways.get(team.teamId);
        if (known) known.push([...path]);
        else ways.set(team.teamId, [[...path]]);
        ends(team.parentEndsAt);
        if (team.parentEndsAt <= at) break;
        team = team.parentId ? this.teams.get(team.parentId) : undefined;
      }
    }
    return ways;
  }

  /** Until when a way reaches the person: until they leave the first team, or one of them leaves the next. */
  endOf(memberId: string, way: Way): number {
    if (way.length === 0) return NEVER;
    const places = [...(this.memberships.get(memberId) ?? [])]
      .filter(({ teamId }) => teamId === way[0])
      .map(({ endsAt }) => endsAt);
    return Math.min(
      Math.max(...places),
      ...way.slice(0, -1).map((teamId) => this.teams.get(teamId)?.parentEndsAt ?? NEVER),
    );
  }

  /** The members whom something given to the team can reach: its own, and those of the teams in it. */
  *membersOf(teamId: string, depth = 0): Iterable<MemberId> {
    for (const { memberId } of this.teams.get(teamId)?.members ?? []) yield memberId;
    if (depth < MAX_DEPTH) for (const child of this.children.get(teamId) ?? []) yield* this.membersOf(child, depth + 1);
  }

  find(
    teamId: string,
  ): { readonly teamId: TeamId; readonly name: string; readonly parentId: TeamId | null } | undefined {
    return this.teams.get(teamId);
  }

  /** The team and what it stands in at the instant, from inside out. */
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
