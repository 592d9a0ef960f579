import { holderOf, objectOf, type Grant } from '@cordee/access/grants';
import type { Chain, HeldGrant } from '@cordee/access/decide';
import type { OrganizationAccess } from '@cordee/access/organization-access';
import type { AccessSource } from '@cordee/contracts/teams/access';
import type * as z from 'zod';

type Source = z.output<typeof AccessSource>;

/** Which teams may be named to whoever asks. */
export type MaySee = (teamId: `team_${string}`) => boolean;

/** Role and ownership first, then grants in the order in which they were given: the same on every process, now and later. */
export const inOrder = <T extends Chain>(chains: readonly T[]): T[] =>
  chains.toSorted((one, other) => compareText(placeOf(one), placeOf(other)));
const placeOf = (chain: Chain): string =>
  chain.via === 'grant' ? `~${chain.grant.id} ${chain.teams.join(' ')}` : chain.via;
export const compareText = (one: string, other: string): number => (one < other ? -1 : one > other ? 1 : 0);

/** Through what somebody has a right, team by team as far as they may be named. */
export const describeChain = (access: OrganizationAccess, chain: Chain, maySee: MaySee): Source =>
  chain.via === 'grant' ? describeGrant(access, chain, maySee) : chain;

/** Of a grant that was found on a thing, which is therefore there. */
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

/** When it ends, as it goes over the wire; null for never. */
export const endOf = ({ endsAt }: Pick<Grant, 'endsAt'>): string | null =>
  Number.isFinite(endsAt) ? new Date(endsAt).toISOString() : null;
