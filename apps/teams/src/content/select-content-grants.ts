import { Grants, holderKey, type Grant } from '@cordee/access/grant-index';
import { endOfPath, pathsTo } from '@cordee/access/grant-paths';
import type { People } from '@cordee/access/people';
import { isContentRight } from '@cordee/access/special-rights';
import { rightsGivenBy } from '@cordee/access/implied-rights';
import type { Input } from '@cordee/contracts/contract';
import { toId, toUuid } from '@cordee/contracts/id';
import type { listSharedContent } from '@cordee/contracts/teams/shared-content';
import type { EntityManager } from '@mikro-orm/postgresql';
import { selectAll, type Condition, type SnapshotRows } from '../grants/access-snapshot-queries.ts';

type OrganizationId = `org_${string}`;
type Trigger = Input<typeof listSharedContent>['about'];

/** A grant with the holders whose restrictions narrow its rights. */
export interface ContentGrant extends Grant {
  restrictedBy: readonly string[];
}

/**
 * Grants of content rights, with the teams, memberships and restrictions at the time when the grant was created or the
 * member joined.
 */
export interface ContentGrants {
  at: Date;
  grants: Grants;
  grantRows: SnapshotRows['grants'];
  /** The grants to report. For a new member, `endsAt` is not later than the end of the path to the member. */
  grantsToReport: ContentGrant[];
}

const noRowsCondition: Condition = { sql: 'false', parameters: [] };

/** Selects a new grant; undefined when the grant replaces an equal grant that ended in the same call. */
export async function selectNewGrant(
  em: EntityManager,
  organizationId: OrganizationId,
  { grantId }: Extract<Trigger, { kind: 'grant' }>,
): Promise<ContentGrants | undefined> {
  const id = toUuid(grantId);
  const [createdGrant] = await em.execute<{ given_at: string; holder_kind: string }[]>(
    `select given_at, holder_kind from access_grant created where organization_id = ? and id = ? and not exists (
       select from access_grant replaced
       where replaced.organization_id = created.organization_id and replaced.ended_at = created.given_at
         and (replaced.holder_kind, replaced.holder_member_id, replaced.holder_team_id, replaced.access_right)
           is not distinct from (created.holder_kind, created.holder_member_id, created.holder_team_id,
             created.access_right)
         and (replaced.object_kind, replaced.product_type, replaced.product_id, replaced.resource_id,
         replaced.ownership_number)
           is not distinct from
             (created.object_kind, created.product_type, created.product_id, created.resource_id,
               created.ownership_number)
     )`,
    [toUuid(organizationId), id],
  );
  if (!createdGrant) return undefined;
  return selectContentGrants(em, organizationId, new Date(createdGrant.given_at), {
    filter: {
      // The teams and memberships are needed only to count the people of a team.
      grants: { sql: 'access_grant.id = ?', parameters: [id] },
      ...(createdGrant.holder_kind === 'team' ? {} : { teams: noRowsCondition, memberships: noRowsCondition }),
    },
    grantsToReport: (grants, grantRows) =>
      grantRows
        .flatMap(({ holder }) => [...grants.heldBy(holderKey(holder))])
        .map((grant) => ({ ...grant, restrictedBy: [grant.holder] })),
  });
}

/**
 * Selects the grants that apply to a new member through the team. Grants of the call that added the member are left
 * out, because they are reported as new grants.
 */
export async function selectGrantsOfNewMember(
  em: EntityManager,
  organizationId: OrganizationId,
  { teamId, accountId, joinedAt }: Extract<Trigger, { kind: 'joining' }>,
  people: People,
): Promise<ContentGrants | undefined> {
  const at = new Date(joinedAt);
  const [membership] = await em.execute<{ member_id: string }[]>(
    `select member_id from team_membership
     where organization_id = ? and team_id = ? and account_id = ? and joined_at = ?`,
    [toUuid(organizationId), toUuid(teamId), toUuid(accountId), at],
  );
  if (!membership) return undefined;
  const memberId = toId('mem', membership.member_id);
  return selectContentGrants(em, organizationId, at, {
    filter: {
      memberships: { sql: 'member_id = ? and team_id = ?', parameters: [toUuid(memberId), toUuid(teamId)] },
      grants: { sql: 'holder_team_id is not null and given_at < ?', parameters: [at] },
    },
    grantsToReport: (grants) => {
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
  });
}

async function selectContentGrants(
  em: EntityManager,
  organizationId: OrganizationId,
  at: Date,
  {
    filter,
    grantsToReport,
  }: {
    filter: Partial<Record<keyof SnapshotRows, Condition>>;
    grantsToReport: (grants: Grants, grantRows: SnapshotRows['grants']) => ContentGrant[];
  },
): Promise<ContentGrants> {
  const rows = await selectAll(em, { organizationId, at, isPast: true, filter });
  const grants = new Grants();
  // With `changed: null`, the rows are a complete snapshot and not changes.
  grants.apply({ changed: null, ...rows });
  const contentGrants = grantsToReport(grants, rows.grants).filter(({ right }) =>
    rightsGivenBy(right).some(isContentRight),
  );
  return { at, grants, grantRows: rows.grants, grantsToReport: contentGrants };
}
