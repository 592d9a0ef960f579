import type { OrganizationAccess } from '@cordee/access/organization-access';
import type { Input } from '@cordee/contracts/contract';
import { NAMED_SHARED, type listSharedContent, type SharedContent } from '@cordee/contracts/teams/shared-content';
import type { EntityManager } from '@mikro-orm/postgresql';
import type * as z from 'zod';
import { compareText, endOf } from '../access/describe-sources.ts';
import { selectGivenGrants } from '../access/select-given-grants.ts';
import type { Catalogue } from '../grants/catalogue.ts';
import { contentRightsBy, outermost, ownedContent } from './owned-content.ts';
import { selectGrantsOfJoiner, selectNewGrant, type ContentGrants } from './select-content-grants.ts';

/** A row with its place in the list. */
export interface PlacedRow {
  place: string;
  row: z.output<typeof SharedContent>;
}

interface Parts {
  now: Date;
  catalogue: Catalogue;
  /** People and products as they are now. */
  present: Pick<OrganizationAccess, 'people' | 'products'>;
}

/** One row for each owner and grant, in the order of the owners. */
export async function readSharedContent(
  em: EntityManager,
  { now, catalogue, present: { people, products } }: Parts,
  { organizationId, about }: Input<typeof listSharedContent>,
): Promise<PlacedRow[]> {
  const found =
    about.kind === 'grant'
      ? await selectNewGrant(em, organizationId, about)
      : await selectGrantsOfJoiner(em, organizationId, about, people);
  if (!found || found.reaching.length === 0) return [];
  const contentRights = await contentRightsBy(catalogue, products, now);
  const given = await selectGivenGrants(
    em,
    organizationId,
    found.reaching.map(({ id }) => id),
  );
  const peopleCount = about.kind === 'grant' ? countPeople(found, people) : null;
  return found.reaching
    .flatMap((grant): PlacedRow[] => {
      const { holder } = found.rows.find(({ grantId }) => grantId === grant.id)!;
      const { endedAt, ...gift } = given.get(grant.id)!;
      const owners = ownedContent(grant, { grants: found.grants, products, at: found.at }, contentRights);
      return [...owners].map(([ownerAccountId, resources]) => {
        const named = outermost(resources);
        return {
          place: `${ownerAccountId} ${grant.id}`,
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
            ...gift,
            endsAt: endedAt ?? endOf(grant),
          },
        };
      });
    })
    .sort((one, other) => compareText(one.place, other.place));
}

/** People whom the grant of a team reaches when it is given; null for another holder. */
function countPeople({ at, grants, reaching: [grant] }: ContentGrants, people: OrganizationAccess['people']) {
  if (!grant!.holder.startsWith('team_')) return null;
  return [...people.all()].filter((person) => grants.teams.pathsTo(person, at.getTime()).has(grant!.holder)).length;
}
