import { toId } from '@cordee/contracts/id';
import { idOrNull } from '@cordee/service/database/sql-values';
import type { StoredTeam, TeamView } from './view-team.ts';

export interface TeamRow {
  id: string;
  name: string;
  colour: TeamView['colour'];
  parent_id: string | null;
  parent_ends_at: string | null;
  is_members_only: boolean;
  lead_account_id: string | null;
  lead_member_id: string | null;
  version: number;
  created_at: string;
}

/** SQL text: the columns of `TeamRow`. */
export const teamColumnsSql =
  'id, name, colour, parent_id, parent_ends_at, is_members_only, lead_account_id, lead_member_id, version, created_at';

export const teamOfRow = (row: TeamRow): StoredTeam => ({
  id: toId('team', row.id),
  name: row.name,
  colour: row.colour,
  parentId: idOrNull('team', row.parent_id),
  parentEndsAt: row.parent_ends_at === null ? null : new Date(row.parent_ends_at),
  isMembersOnly: row.is_members_only,
  leadAccountId: idOrNull('acc', row.lead_account_id),
  leadMemberId: idOrNull('mem', row.lead_member_id),
  version: row.version,
  createdAt: new Date(row.created_at),
});
