import type { People, Person } from '@cordee/access/people';
import type { Input } from '@cordee/contracts/contract';
import { toId, toUuid } from '@cordee/contracts/id';
import type { listTeams } from '@cordee/contracts/teams/team';
import { readCursor, writeCursor } from '@cordee/service/list-cursor';
import type { EntityManager } from '@mikro-orm/postgresql';
import * as z from 'zod';
import { teamsAbove } from '../grants/holders-above.ts';
import { takeWithinBytes } from '../fit-page-to-message.ts';
import { holdsAt } from './memberships.ts';
import { Team } from './team.entity.ts';

/** What a team comes to in JSON at most, and each of its people: an external in a team for members only is named twice. */
const TEAM_BYTES = 1_500;
const MEMBER_BYTES = 70;
/** The team that a page ended with. */
const Place = z.uuid();

interface TeamPage {
  teams: { team: Team; inside: Person[] }[];
  nextCursor: string | null;
}

interface Row {
  id: string;
  members: string[];
}

/** The teams of an organization that these eyes see, by name, with who is in them in their present time in the organization. */
export async function readTeamPage(
  em: EntityManager,
  now: Date,
  { organizationId, limit, cursor }: Input<typeof listTeams>,
  people: People,
  viewer: `mem_${string}` | undefined,
): Promise<TeamPage> {
  const organization = toUuid(organizationId);
  const after = readCursor(Place, cursor) ?? null;
  const seen = viewer && teamsAbove(organizationId, viewer, now);
  const rows = await em.execute<Row[]>(
    `select listed.id, inside.members from (
       select id, name_fold from team
       where organization_id = ? and deleted_at is null${seen ? ` and id in (${seen.sql})` : ''}
         and (?::uuid is null or (name_fold, id) > (select name_fold, id from team where organization_id = ? and id = ?::uuid))
       order by name_fold, id limit ?
     ) as listed
     cross join lateral (
       select coalesce(array_agg(member_id order by joined_at, position), '{}') as members from team_membership where organization_id = ? and team_id = listed.id and ${holdsAt}
     ) as inside
     order by listed.name_fold, listed.id`,
    [organization, ...(seen?.parameters ?? []), after, organization, after, limit + 1, organization, now],
  );
  const shown = takeWithinBytes(rows, limit, ({ members }) => TEAM_BYTES + members.length * MEMBER_BYTES);
  const teams = await em.find(Team, { organizationId, id: { $in: shown.map(({ id }) => toId('team', id)) } });
  const byId = new Map<string, Team>(teams.map((team) => [team.id, team]));
  return {
    teams: shown.map(({ id, members }) => ({
      team: byId.get(toId('team', id))!,
      inside: members.flatMap((member) => people.member(toId('mem', member)) ?? []),
    })),
    nextCursor: shown.length < rows.length ? writeCursor(shown.at(-1)!.id) : null,
  };
}
