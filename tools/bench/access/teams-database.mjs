import { toUuid } from '@cordee/contracts/id';
import { uuidOrNull } from '@cordee/service/database/sql-values';
import { teamsService } from '@cordee/teams/teams.service';
import { copyRows } from '../harness/copy-rows.mjs';
import { createServiceDatabase, CREATED_AT } from './service-database.mjs';

/** Creates a database of the teams service with these organizations. Returns the URLs of the admin and runtime role. */
export const createTeamsDatabase = (name, organizations) =>
  createServiceDatabase(teamsService, name, async (client) => {
    for (const organization of organizations) await insertOrganization(client, organization);
  });

/** Inserts the rows that the teams service stores for this organization. */
async function insertOrganization(
  client,
  {
    organizationId,
    rows: {
      people: { people },
      grants: { teams, memberships, grants, restrictions },
    },
  },
) {
  const organizationUuid = toUuid(organizationId);
  const accountOf = new Map(people.map(({ accountId, memberId }) => [memberId, accountId]));
  const giver = people[0].accountId;
  const teamsById = new Map(teams.map((team) => [team.teamId, team]));
  const depth = ({ parentId }) => (parentId ? depth(teamsById.get(parentId)) + 1 : 0);
  const parentsFirst = [...teams].sort((one, other) => depth(one) - depth(other));
  await copyRows(
    client,
    'team',
    [
      'organization_id',
      'id',
      'name',
      'name_fold',
      'colour',
      'parent_id',
      'parent_ends_at',
      'is_members_only',
      'created_at',
    ],
    parentsFirst.map((team) => [
      organizationUuid,
      uuidOrNull(team.teamId),
      team.name,
      team.name.toLowerCase(),
      'blue',
      uuidOrNull(team.parentId),
      team.parentEndsAt,
      team.isMembersOnly,
      CREATED_AT,
    ]),
  );
  await copyRows(
    client,
    'team_parent_history',
    ['organization_id', 'team_id', 'name', 'parent_id', 'parent_ends_at', 'is_members_only', 'since'],
    parentsFirst.map((team) => [
      organizationUuid,
      uuidOrNull(team.teamId),
      team.name,
      uuidOrNull(team.parentId),
      team.parentEndsAt,
      team.isMembersOnly,
      CREATED_AT,
    ]),
  );
  await copyRows(
    client,
    'team_membership',
    ['organization_id', 'team_id', 'account_id', 'member_id', 'joined_at', 'started_at', 'ends_at'],
    memberships.map(({ teamId, memberId, endsAt }) => [
      organizationUuid,
      uuidOrNull(teamId),
      uuidOrNull(accountOf.get(memberId)),
      uuidOrNull(memberId),
      CREATED_AT,
      CREATED_AT,
      endsAt,
    ]),
  );
  await copyRows(
    client,
    'access_grant',
    [
      'organization_id',
      'id',
      'holder_kind',
      'holder_account_id',
      'holder_member_id',
      'holder_team_id',
      'object_kind',
      'product_type',
      'product_id',
      'resource_id',
      'ownership_number',
      'access_right',
      'given_by',
      'given_at',
      'ends_at',
    ],
    grants.map(({ grantId, holder, object, right, endsAt }) => [
      organizationUuid,
      uuidOrNull(grantId),
      holder.kind,
      uuidOrNull(holder.accountId),
      uuidOrNull(holder.memberId),
      uuidOrNull(holder.teamId),
      object.kind,
      object.type ?? null,
      uuidOrNull(object.productId),
      uuidOrNull(object.resourceId),
      object.ownershipNumber ?? null,
      right,
      giver,
      CREATED_AT,
      endsAt,
    ]),
  );
  await copyRows(
    client,
    'restriction',
    [
      'organization_id',
      'holder_kind',
      'holder_account_id',
      'holder_member_id',
      'holder_team_id',
      'product_id',
      'resource_id',
      'ownership_number',
      'access_right',
      'started_at',
      'set_by',
    ],
    restrictions.map(({ holder, resourceId, ownershipNumber, right }) => [
      organizationUuid,
      holder.kind,
      uuidOrNull(holder.accountId),
      uuidOrNull(holder.memberId),
      uuidOrNull(holder.teamId),
      // `product_id`: a snapshot row of a restriction has no product id, so the column gets another UUID.
      organizationUuid,
      uuidOrNull(resourceId),
      ownershipNumber,
      right,
      CREATED_AT,
      giver,
    ]),
  );
  await client.query('insert into access_revision (organization_id, revision) values ($1, 1)', [organizationUuid]);
}
