import { holderOf, objectOf, type Grant } from '@cordee/access/grants';
import type { Chain, HeldGrant } from '@cordee/access/decide';
import type { OrganizationAccess } from '@cordee/access/organization-access';
import type { AccessSource } from '@cordee/contracts/teams/access';
import type * as z from 'zod';

type Source = z.output<typeof AccessSource>;

/** True for a team that the caller may see. */
export type MaySee = (teamId: `team_${string}`) => boolean;

/** Role and ownership first, then grants by id: the order is the same in every process. */
export const sortChains = <T extends Chain>(chains: readonly T[]): T[] =>
  chains.toSorted((one, other) => compareText(sortKeyOf(one), sortKeyOf(other)));
const sortKeyOf = (chain: Chain): string =>
  chain.via === 'grant' ? `~${chain.grant.id} ${chain.teams.join(' ')}` : chain.via;
export const compareText = (one: string, other: string): number => (one < other ? -1 : one > other ? 1 : 0);

/** The source of a right, with the teams that the caller may see. */
export const describeChain = (access: OrganizationAccess, chain: Chain, maySee: MaySee): Source =>
  chain.via === 'grant' ? describeGrant(access, chain, maySee) : chain;

/** The holder and the object exist, because the grant applies to the target. */
export function describeGrant(
  access: OrganizationAccess,
  { grant, teams, gives }: HeldGrant,
  maySee: MaySee,
): Extract<Source, { via: 'grant' }> {
  return {
    via: 'grant',
    grantId: grant.id,
    holder: holderOf(grant, access.people)!,
    object: objectOf(grant, access.products)!,
    right: grant.right,
    gives: [...gives],
    endsAt: endOf(grant),
    teams: teams.filter(maySee).map((teamId) => ({ teamId, name: access.grants.teams.find(teamId)?.name ?? '' })),
  };
}

/** The end in the format of the API; null without an end. */
export const endOf = ({ endsAt }: Pick<Grant, 'endsAt'>): string | null =>
  Number.isFinite(endsAt) ? new Date(endsAt).toISOString() : null;
