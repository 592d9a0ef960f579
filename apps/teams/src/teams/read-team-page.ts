import type { People, Person } from '@cordee/access/people';
import type { Input } from '@cordee/contracts/contract';
import { toId, toUuid } from '@cordee/contracts/id';
import type { listTeams } from '@cordee/contracts/teams/team';
import { readCursor, writeCursor } from '@cordee/service/list-cursor';
import type { EntityManager } from '@mikro-orm/postgresql';
import * as z from 'zod';
import { teamIdsOfMemberQuery } from '../grants/holder-conditions.ts';
import { takeWithinBytes } from '../fit-page-to-message.ts';
import { isActiveSql } from './memberships.ts';
import { teamColumnsSql, teamOfRow, type TeamRow } from './team-rows.ts';
import type { StoredTeam } from './view-team.ts';

/**
 * The maximum sizes of a team and of one member as JSON. The size of a member counts two entries, because an external
 * in a members-only team is also listed as excluded.
 */
const TEAM_BYTES = 1_500;
const MEMBER_BYTES = 70;
/** The id of the last team of the page before. */
const Cursor = z.uuid();

interface TeamPage {
  teams: { team: StoredTeam; members: Person[] }[];
  nextCursor: string | null;
}

/** Reads a page of the teams that the viewer may see, sorted by name, with their current members. */
export async function readTeamPage(
  em: EntityManager,
  now: Date,
  { organizationId, limit, cursor }: Input<typeof listTeams>,
  people: People,
  viewerMemberId: `mem_${string}` | undefined,
): Promise<TeamPage> {
  const organization = toUuid(organizationId);
  const lastTeamId = readCursor(Cursor, cursor) ?? null;
  const visibleTeamIds = viewerMemberId && teamIdsOfMemberQuery(organizationId, viewerMemberId, now);
  // One row more than the limit shows that another page follows.
  const rows = await em.execute<(TeamRow & { members: string[] })[]>(
    `select ${teamColumnsSql}, current_members.members from (
       select ${teamColumnsSql}, name_fold from team
       where organization_id = ? and deleted_at is null${visibleTeamIds ? ` and id in (${visibleTeamIds.sql})` : ''}
         and (?::uuid is null or (name_fold, id) > (
           select name_fold, id from team where organization_id = ? and id = ?::uuid
         ))
       order by name_fold, id limit ?
     ) as listed_team
     cross join lateral (
       select coalesce(array_agg(member_id order by joined_at, position), '{}') as members from team_membership
       where organization_id = ? and team_id = listed_team.id and ${isActiveSql}
     ) as current_members
     order by listed_team.name_fold, listed_team.id`,
    [
      organization,
      ...(visibleTeamIds?.parameters ?? []),
      lastTeamId,
      organization,
      lastTeamId,
      limit + 1,
      organization,
      now,
    ],
  );
  const page = takeWithinBytes(rows, limit, ({ members }) => TEAM_BYTES + members.length * MEMBER_BYTES);
  return {
    teams: page.map((row) => ({
      team: teamOfRow(row),
      members: row.members.flatMap((member) => people.member(toId('mem', member)) ?? []),
    })),
    nextCursor: page.length < rows.length ? writeCursor(page.at(-1)!.id) : null,
  };
}
