import { Grants, holderKey, type Grant } from '@cordee/access/grants';
import type { People } from '@cordee/access/people';
import { isContentRight, rightsGivenBy } from '@cordee/access/rights';
import type { Input } from '@cordee/contracts/contract';
import { toId, toUuid } from '@cordee/contracts/id';
import type { listSharedContent } from '@cordee/contracts/teams/shared-content';
import type { EntityManager } from '@mikro-orm/postgresql';
import { selectAll, type Condition, type SnapshotRows } from '../grants/access-snapshot-queries.ts';

type OrganizationId = `org_${string}`;
type About = Input<typeof listSharedContent>['about'];

/** Content grants with teams, memberships and restrictions as they were when the grant was given or somebody joined. */
export interface ContentGrants {
  at: Date;
  grants: Grants;
  rows: SnapshotRows['grants'];
  /** The grants to tell of; `endsAt` includes the end of the way from the team to the joiner. */
  reaching: Grant[];
}

const none: Condition = { sql: 'false', parameters: [] };

/** Selects the grant that is asked about; undefined when it replaces an equal grant, which ended in the same call. */
export async function selectNewGrant(
  em: EntityManager,
  organizationId: OrganizationId,
  { grantId }: Extract<About, { kind: 'grant' }>,
): Promise<ContentGrants | undefined> {
  const id = toUuid(grantId);
  const [row] = await em.execute<{ given_at: string; holder_kind: string }[]>(
    `select given_at, holder_kind from access_grant given where organization_id = ? and id = ? and not exists (
       select from access_grant former
       where former.organization_id = given.organization_id and former.ended_at = given.given_at
         and (former.holder_kind, former.holder_member_id, former.holder_team_id, former.access_right)
           is not distinct from (given.holder_kind, given.holder_member_id, given.holder_team_id, given.access_right)
         and (former.object_kind, former.product_type, former.product_id, former.resource_id, former.ownership_number)
           is not distinct from
             (given.object_kind, given.product_type, given.product_id, given.resource_id, given.ownership_number)
     )`,
    [toUuid(organizationId), id],
  );
  if (!row) return undefined;
  return select(em, organizationId, new Date(row.given_at), {
    only: {
      grants: { sql: 'access_grant.id = ?', parameters: [id] },
      ...(row.holder_kind === 'team' ? {} : { teams: none, memberships: none }),
    },
    reaching: (grants, rows) => rows.flatMap(({ holder }) => [...grants.heldBy(holderKey(holder))]),
  });
}

/** Selects the grants that reach a joiner through the team. Grants of the same call count as given to the team. */
export async function selectGrantsOfJoiner(
  em: EntityManager,
  organizationId: OrganizationId,
  { teamId, accountId, joinedAt }: Extract<About, { kind: 'joining' }>,
  people: People,
): Promise<ContentGrants | undefined> {
  const at = new Date(joinedAt);
  const [row] = await em.execute<{ member_id: string }[]>(
    `select member_id from team_membership
     where organization_id = ? and team_id = ? and account_id = ? and joined_at = ?`,
    [toUuid(organizationId), toUuid(teamId), toUuid(accountId), at],
  );
  if (!row) return undefined;
  const memberId = toId('mem', row.member_id);
  return select(em, organizationId, at, {
    only: {
      memberships: { sql: 'member_id = ? and team_id = ?', parameters: [toUuid(memberId), toUuid(teamId)] },
      grants: { sql: 'holder_team_id is not null and given_at < ?', parameters: [at] },
    },
    reaching: (grants) => {
      // A team for members only stops externals. The role of somebody who has left is not known any more.
      const role = people.member(memberId)?.role ?? 'collaborator';
      return [...grants.teams.pathsTo({ memberId, role }, at.getTime())].flatMap(([holder, [way]]) =>
        way!.length === 0
          ? []
          : grants.heldBy(holder).map((grant) => ({
              ...grant,
              endsAt: Math.min(grant.endsAt, grants.teams.endOf(memberId, way!)),
            })),
      );
    },
  });
}

async function select(
  em: EntityManager,
  organizationId: OrganizationId,
  at: Date,
  {
    only,
    reaching,
  }: {
    only: Partial<Record<keyof SnapshotRows, Condition>>;
    reaching: (grants: Grants, rows: SnapshotRows['grants']) => Grant[];
  },
): Promise<ContentGrants> {
  const rows = await selectAll(em, { organizationId, at, isPast: true, only });
  const grants = new Grants();
  grants.apply({ changed: null, ...rows });
  const content = reaching(grants, rows.grants).filter(({ right }) => rightsGivenBy(right).some(isContentRight));
  return { at, grants, rows: rows.grants, reaching: content };
}
