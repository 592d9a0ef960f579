import { pathsTo } from '@cordee/access/grant-paths';
import type { OrganizationAccess } from '@cordee/access/organization-access';
import type { Input } from '@cordee/contracts/contract';
import {
  MAX_RESOURCES_PER_ROW,
  type listSharedContent,
  type SharedContent,
} from '@cordee/contracts/teams/shared-content';
import type { EntityManager } from '@mikro-orm/postgresql';
import type * as z from 'zod';
import { compareText, plannedEndOf } from '../access/describe-sources.ts';
import type { Catalogue } from '../grants/catalogue.ts';
import { loadContentRightsLookup, selectOutermost, groupContentByOwner } from './content-by-owner.ts';
import { selectGrantsOfNewMember, selectNewGrant, type GrantsAtTrigger } from './select-content-grants.ts';

export interface SortableRow {
  sortKey: string;
  row: z.output<typeof SharedContent>;
}

interface Dependencies {
  now: Date;
  catalogue: Catalogue;
  current: Pick<OrganizationAccess, 'people' | 'products'>;
}

/** Returns one row for each owner and grant, sorted by owner. */
export async function readSharedContent(
  em: EntityManager,
  { now, catalogue, current: { people, products } }: Dependencies,
  { organizationId, about }: Input<typeof listSharedContent>,
): Promise<SortableRow[]> {
  const atTrigger =
    about.kind === 'grant'
      ? await selectNewGrant(em, organizationId, about)
      : await selectGrantsOfNewMember(em, organizationId, about, people);
  if (atTrigger.grantsToReport.length === 0) return [];
  const findContentRights = await loadContentRightsLookup(catalogue, products, now);
  const peopleCount = about.kind === 'grant' ? countPeopleOfTeam(atTrigger, people) : null;
  return atTrigger.grantsToReport
    .flatMap((grant): SortableRow[] => {
      const { holder } = atTrigger.grantRows.find(({ grantId }) => grantId === grant.id)!;
      const { endedAt, ...attribution } = atTrigger.attributions.get(grant.id)!;
      const owners = groupContentByOwner(
        grant,
        { grants: atTrigger.grants, products, at: atTrigger.at },
        findContentRights,
      );
      return [...owners].map(([ownerAccountId, resources]) => {
        const outermostResources = selectOutermost(resources);
        return {
          sortKey: `${ownerAccountId} ${grant.id}`,
          row: {
            ownerAccountId,
            holder,
            teamName: holder.kind === 'team' ? (atTrigger.grants.teams.find(holder.teamId)?.name ?? null) : null,
            peopleCount,
            right: grant.right,
            resources: outermostResources
              .slice(0, MAX_RESOURCES_PER_ROW)
              .map(({ resourceId, productId, name }) => ({ resourceId, productId, name })),
            resourceCount: outermostResources.length,
            ...attribution,
            endsAt: endedAt ?? plannedEndOf(grant),
          },
        };
      });
    })
    .sort((one, other) => compareText(one.sortKey, other.sortKey));
}

/**
 * The number of people to whom a new grant to a team applied at its start; null for other holders. A new grant is the
 * only grant in `grantsToReport`.
 */
function countPeopleOfTeam(
  { at, grants, grantsToReport: [grant] }: GrantsAtTrigger,
  people: OrganizationAccess['people'],
) {
  if (!grant!.holder.startsWith('team_')) return null;
  return [...people.all()].filter((person) => pathsTo(grants.teams, person, at.getTime()).has(grant!.holder)).length;
}
