import type { GrantSnapshot } from '@cordee/contracts/teams/grant-snapshot';
import { millisecondsOf } from './instants.ts';
import { addTo, removeFrom } from './multi-map.ts';
import type { People, Person } from './people.ts';

type TeamId = `team_${string}`;
type MemberId = `mem_${string}`;

/** The depth at which the walk through child teams stops, even in a cycle; teams cannot be nested this deep. */
const MAX_WALK_DEPTH = 20;
/** The holder of grants to the whole organization. */
export const ORGANIZATION = 'organization';

interface Membership {
  readonly teamId: TeamId;
  readonly memberId: MemberId;
  readonly endsAt: number;
}

interface Team extends Omit<GrantSnapshot['teams'][number], 'parentEndsAt'> {
  /** The end of the parent period, the time during which the team is inside its parent; `NEVER` without an end. */
  readonly parentEndsAt: number;
  readonly members: Membership[];
  resolvedMembers: ResolvedMembers | undefined;
}

/** The people of the memberships of a team, in one version of the people. */
interface ResolvedMembers {
  readonly people: People;
  readonly version: number;
  readonly memberships: readonly { readonly person: Person; readonly endsAt: number }[];
}

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
      resolvedMembers: undefined,
    });
    if (row.parentId) addTo(this.children, row.parentId, row.teamId);
  }

  addMembership({ teamId, memberId, endsAt }: GrantSnapshot['memberships'][number]): void {
    const team = this.teams.get(teamId);
    if (!team) return;
    const membership = { teamId: team.teamId, memberId, endsAt: millisecondsOf(endsAt) };
    team.members.push(membership);
    team.resolvedMembers = undefined;
    addTo(this.memberships, membership.memberId, membership);
  }

  get count(): number {
    return this.teams.size;
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

  /** The memberships of a person; some may have ended. */
  membershipsOf(memberId: string): Iterable<Membership> {
    return this.memberships.get(memberId) ?? [];
  }

  /** The members to whom grants of the team apply: the members of the team and of its descendants. */
  *membersOf(teamId: string, depth = 0): Iterable<MemberId> {
    for (const { memberId } of this.teams.get(teamId)?.members ?? []) yield memberId;
    if (depth < MAX_WALK_DEPTH)
      for (const child of this.children.get(teamId) ?? []) yield* this.membersOf(child, depth + 1);
  }

  /** The members of the team itself at the instant, without the members of its child teams. */
  *activeMembersOf(teamId: string, at: number): Iterable<MemberId> {
    for (const { memberId, endsAt } of this.teams.get(teamId)?.members ?? []) if (endsAt > at) yield memberId;
  }

  /** The people of the memberships of the team itself; some memberships may have ended. Without former members. */
  peopleOf(teamId: string, people: People): ResolvedMembers['memberships'] {
    const team = this.teams.get(teamId);
    if (!team) return [];
    const cached = team.resolvedMembers;
    if (cached?.people === people && cached.version === people.version) return cached.memberships;
    const memberships = team.members.flatMap(({ memberId, endsAt }) => {
      const person = people.member(memberId);
      return person ? [{ person, endsAt }] : [];
    });
    team.resolvedMembers = { people, version: people.version, memberships };
    return memberships;
  }

  /** The team and all its descendants at the instant. */
  *withDescendants(teamId: string, at: number, depth = 0): Iterable<string> {
    yield teamId;
    if (depth < MAX_WALK_DEPTH)
      for (const child of this.children.get(teamId) ?? [])
        if (this.teams.get(child)!.parentEndsAt > at) yield* this.withDescendants(child, at, depth + 1);
  }

  /**
   * The paths to a team at the instant: from the team itself and from each team inside it. A path starts with the inner
   * team. An unknown team has no path.
   */
  *pathsFrom(teamId: TeamId, at: number, outerPath: readonly TeamId[] = []): Iterable<readonly TeamId[]> {
    if (!this.teams.has(teamId)) return;
    const path = [teamId, ...outerPath];
    yield path;
    for (const child of (this.children.get(teamId) ?? []) as Iterable<TeamId>)
      if (this.teams.get(child)!.parentEndsAt > at && !path.includes(child)) yield* this.pathsFrom(child, at, path);
  }

  find(teamId: string): Readonly<Omit<Team, 'members' | 'resolvedMembers'>> | undefined {
    return this.teams.get(teamId);
  }

  /** The team and its parents at the instant, innermost first. */
  pathOf(teamId: string, at: number): readonly Pick<Team, 'teamId' | 'name' | 'isMembersOnly'>[] {
    const path: Team[] = [];
    for (let team = this.teams.get(teamId); team && !path.includes(team);) {
      path.push(team);
      team = team.parentId && team.parentEndsAt > at ? this.teams.get(team.parentId) : undefined;
    }
    return path;
  }

  /** The number of teams and of people with a membership, for the estimate of memory. */
  get size(): number {
    return this.teams.size + this.memberships.size;
  }
}
