import { Grants, holderKey, type Grant } from '@cordee/access/grant-index';
import { endOfPath, pathsTo } from '@cordee/access/grant-paths';
import type { People } from '@cordee/access/people';
import { isContentRight } from '@cordee/access/special-rights';
import { rightsGivenBy } from '@cordee/access/included-rights';
import type { Input } from '@cordee/contracts/contract';
import { toUuid } from '@cordee/contracts/id';
import type { listSharedContent } from '@cordee/contracts/teams/shared-content';
import { raw, type EntityManager } from '@mikro-orm/postgresql';
import {
  attributionColumnsSql,
  attributionsOf,
  type AttributionRow,
  type GrantAttribution,
} from '../access/select-grant-attributions.ts';
import { selectAllRows } from '../grants/select-snapshot-rows.ts';
import type { SqlFragment, SnapshotRows, SnapshotScope } from '../grants/snapshot-tables.ts';

type OrganizationId = `org_${string}`;
type Trigger = Input<typeof listSharedContent>['about'];

/** A grant with the holders whose restrictions narrow its rights. */
export interface ContentGrant extends Grant {
  restrictedBy: readonly string[];
}

/**
 * The grants, teams, memberships and restrictions at the time when a grant was created or a member joined. Only
 * `grantsToReport` is limited to content rights.
 */
export interface GrantsAtTrigger {
  at: Date;
  grants: Grants;
  grantRows: SnapshotRows['grants'];
  attributions: ReadonlyMap<string, GrantAttribution>;
  /** The grants to report. For a new member, `endsAt` is not later than the end of the path to the member. */
  grantsToReport: ContentGrant[];
}

/** Selects a new grant. Reports no grant when the new grant replaces an equal grant that ended in the same call. */
export function selectNewGrant(
  em: EntityManager,
  organizationId: OrganizationId,
  { grantId }: Extract<Trigger, { kind: 'grant' }>,
): Promise<GrantsAtTrigger> {
  const grantKey = [toUuid(organizationId), toUuid(grantId)];
  // The teams and memberships are needed only to count the people of a team.
  const grantToTeamCondition = {
    sql: `(select holder_kind from access_grant where organization_id = ? and id = ?) = 'team'`,
    parameters: grantKey,
  };
  return selectGrantsAtTrigger(
    em,
    {
      organizationId,
      at: raw('(select given_at from access_grant where organization_id = ? and id = ?)', grantKey),
      isPast: true,
      filter: {
        teams: grantToTeamCondition,
        memberships: grantToTeamCondition,
        grants: {
          sql: `access_grant.id = ? and not exists (
            select from access_grant replaced_grant
            where replaced_grant.organization_id = access_grant.organization_id
              and replaced_grant.ended_at = access_grant.given_at
              and (replaced_grant.holder_kind, replaced_grant.holder_member_id, replaced_grant.holder_team_id,
                replaced_grant.access_right)
                is not distinct from (access_grant.holder_kind, access_grant.holder_member_id,
                  access_grant.holder_team_id, access_grant.access_right)
              and (replaced_grant.object_kind, replaced_grant.product_type, replaced_grant.product_id,
                replaced_grant.resource_id, replaced_grant.ownership_number)
                is not distinct from (access_grant.object_kind, access_grant.product_type, access_grant.product_id,
                  access_grant.resource_id, access_grant.ownership_number)
          )`,
          parameters: [toUuid(grantId)],
        },
      },
    },
    ({ grants, rows }) =>
      rows.grants
        .flatMap(({ holder }) => [...grants.heldBy(holderKey(holder))])
        .map((grant) => ({ ...grant, restrictedBy: [grant.holder] })),
  );
}

/**
 * Selects the grants that apply to a new member through the team. Grants of the call that added the member are left
 * out, because they are reported as new grants.
 */
export function selectGrantsOfNewMember(
  em: EntityManager,
  organizationId: OrganizationId,
  { teamId, accountId, joinedAt }: Extract<Trigger, { kind: 'joining' }>,
  people: People,
): Promise<GrantsAtTrigger> {
  const at = new Date(joinedAt);
  return selectGrantsAtTrigger(
    em,
    {
      organizationId,
      at,
      isPast: true,
      filter: {
        memberships: {
          sql: 'team_id = ? and account_id = ? and joined_at = ?',
          parameters: [toUuid(teamId), toUuid(accountId), at],
        },
        grants: { sql: 'holder_team_id is not null and given_at < ?', parameters: [at] },
      },
    },
    ({ grants, rows }) => {
      const [membership] = rows.memberships;
      if (!membership) return [];
      const { memberId } = membership;
      // A members-only team excludes externals. The role of a former member is unknown and taken as collaborator.
      const role = people.member(memberId)?.role ?? 'collaborator';
      // Only one membership is selected, so each holder has one path. The path is empty for the member and for the
      // organization, because grants to these holders do not come from the team.
      return [...pathsTo(grants.teams, { memberId, role }, at.getTime())].flatMap(([holder, [path]]) =>
        path!.length === 0
          ? []
          : grants.heldBy(holder).map((grant) => ({
              ...grant,
              endsAt: Math.min(grant.endsAt, endOfPath(grants.teams, memberId, path!)),
              restrictedBy: [memberId, grant.holder, ...path!],
            })),
      );
    },
  );
}

/**
 * A column for `selectAllRows`: the attributions of the selected grants as JSON. In the SQL text, `grants` is the
 * common table expression of the selected grants.
 */
const attributionsColumn = (organizationId: OrganizationId): SqlFragment => ({
  sql: `(
    select coalesce(json_agg(attribution), '[]') from (
      select ${attributionColumnsSql} from access_grant where organization_id = ? and id in (select key from grants)
    ) attribution
  )`,
  parameters: [toUuid(organizationId)],
});

async function selectGrantsAtTrigger(
  em: EntityManager,
  scope: SnapshotScope,
  findGrantsToReport: (selected: { grants: Grants; rows: SnapshotRows }) => ContentGrant[],
): Promise<GrantsAtTrigger> {
  const { rows, at, columns } = await selectAllRows<{ attributions: AttributionRow[] }>(em, scope, {
    attributions: attributionsColumn(scope.organizationId),
  });
  const grants = new Grants();
  // With `changed: null`, the rows are a complete snapshot and not changes.
  grants.apply({ changed: null, ...rows });
  return {
    at,
    grants,
    grantRows: rows.grants,
    attributions: attributionsOf(columns.attributions),
    grantsToReport: findGrantsToReport({ grants, rows }).filter(({ right }) =>
      rightsGivenBy(right).some(isContentRight),
    ),
  };
}
