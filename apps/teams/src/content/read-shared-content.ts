import type { OrganizationAccess } from '@cordee/access/organization-access';
import type { Input } from '@cordee/contracts/contract';
import { NAMED_SHARED, type listSharedContent, type SharedContent } from '@cordee/contracts/teams/shared-content';
import type { EntityManager } from '@mikro-orm/postgresql';
import type * as z from 'zod';
import { compareText, endOf } from '../access/describe-sources.ts';
import { selectGrantAttributions } from '../access/select-grant-attributions.ts';
import type { Catalogue } from '../grants/catalogue.ts';
import { contentRightsBy, outermost, ownedContent } from './owned-content.ts';
import { selectGrantsOfNewMember, selectNewGrant, type ContentGrants } from './select-content-grants.ts';

/** A row with its sort key. */
export interface PositionedRow {
  sortKey: string;
  row: z.output<typeof SharedContent>;
}

interface Dependencies {
  now: Date;
  catalogue: Catalogue;
  current: Pick<OrganizationAccess, 'people' | 'products'>;
}

/** One row for each owner and grant, sorted by owner. */
export async function readSharedContent(
  em: EntityManager,
  { now, catalogue, current: { people, products } }: Dependencies,
  { organizationId, about }: Input<typeof listSharedContent>,
): Promise<PositionedRow[]> {
  const found =
    about.kind === 'grant'
      ? await selectNewGrant(em, organizationId, about)
      : await selectGrantsOfNewMember(em, organizationId, about, people);
  if (!found || found.applicable.length === 0) return [];
  const contentRights = await contentRightsBy(catalogue, products, now);
  const attributions = await selectGrantAttributions(
    em,
    organizationId,
    found.applicable.map(({ id }) => id),
  );
  const peopleCount = about.kind === 'grant' ? countPeople(found, people) : null;
  return found.applicable
    .flatMap((grant): PositionedRow[] => {
      const { holder } = found.rows.find(({ grantId }) => grantId === grant.id)!;
      const { endedAt, ...attribution } = attributions.get(grant.id)!;
      const owners = ownedContent(grant, { grants: found.grants, products, at: found.at }, contentRights);
      return [...owners].map(([ownerAccountId, resources]) => {
        const named = outermost(resources);
        return {
          sortKey: `${ownerAccountId} ${grant.id}`,
          row: {
            ownerAccountId,
            holder,
            teamName: holder.kind === 'team' ? (found.grants.teams.find(holder.teamId)?.name ?? null) : null,
            peopleCount,
            right: grant.right,
            resources: named
              .slice(0, NAMED_SHARED)
              .map(({ resourceId, productId, name }) => ({ resourceId, productId, name })),
            resourceCount: named.length,
            ...attribution,
            endsAt: endedAt ?? endOf(grant),
          },
        };
      });
    })
    .sort((one, other) => compareText(one.sortKey, other.sortKey));
}

/** The number of people to whom a team grant applied when it was created; null for other holders. */
function countPeople({ at, grants, applicable: [grant] }: ContentGrants, people: OrganizationAccess['people']) {
  if (!grant!.holder.startsWith('team_')) return null;
  return [...people.all()].filter((person) => grants.teams.pathsTo(person, at.getTime()).has(grant!.holder)).length;
}
