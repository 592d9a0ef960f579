import { holderOf, objectOf, type Grant } from '@cordee/access/grant-index';
import type { Chain } from '@cordee/access/decide-access';
import type { HeldGrant } from '@cordee/access/held-grants';
import type { OrganizationAccess } from '@cordee/access/organization-access';
import type { AccessSource } from '@cordee/contracts/teams/access';
import type * as z from 'zod';

type Source = z.output<typeof AccessSource>;

/** True for a team that the caller may see. */
export type CanSeeTeam = (teamId: `team_${string}`) => boolean;

/** Sorts chains: first the chains without a grant, then the grants by id. The order is the same in every process. */
export const sortChains = <T extends Chain>(chains: readonly T[]): T[] =>
  chains.toSorted((one, other) => compareText(chainSortKey(one), chainSortKey(other)));
/** `~` comes after every letter, so grants come last. */
const chainSortKey = (chain: Chain): string =>
  chain.via === 'grant' ? `~${chain.grant.id} ${chain.teams.join(' ')}` : chain.via;
export const compareText = (one: string, other: string): number => (one < other ? -1 : one > other ? 1 : 0);

/** Describes the source of a right, with the teams that the caller may see. */
export const sourceOfChain = (access: OrganizationAccess, chain: Chain, canSeeTeam: CanSeeTeam): Source =>
  chain.via === 'grant' ? describeGrant(access, chain, canSeeTeam) : chain;

/** Describes a grant of a decision. The holder and the object exist, because the grant applies to the question. */
export function describeGrant(
  access: OrganizationAccess,
  { grant, teams, givenRights }: HeldGrant,
  canSeeTeam: CanSeeTeam,
): Extract<Source, { via: 'grant' }> {
  return {
    via: 'grant',
    grantId: grant.id,
    holder: holderOf(grant, access.people)!,
    object: objectOf(grant, access.products)!,
    right: grant.right,
    gives: [...givenRights],
    endsAt: plannedEndOf(grant),
    teams: teams.filter(canSeeTeam).map((teamId) => ({ teamId, name: access.grants.teams.find(teamId)?.name ?? '' })),
  };
}

/** The planned end of a grant in the format of the API; null for a grant without an end. */
export const plannedEndOf = ({ endsAt }: Pick<Grant, 'endsAt'>): string | null =>
  Number.isFinite(endsAt) ? new Date(endsAt).toISOString() : null;
