import type { OrganizationAccess } from '@cordee/access/organization-access';
import type { Turn } from './newly-reached.ts';

type AccountId = `acc_${string}`;

/** People whom everything that was given reaches alike: what one of them reaches, all of them do, but for what is theirs. */
export type Peers = ReadonlySet<AccountId>;

/**
 * Puts people together whom the holders in question reach in the same ways, until the same ends, after the turn and before it. What is given to teams
 * and to everybody then costs as much as there are ways, and not as much as there are people.
 */
export function peersAmong(
  { after, before, holders }: Pick<Turn, 'after' | 'before' | 'holders'>,
  at: Date,
  accountIds: Iterable<AccountId>,
): Peers[] {
  const byWays = new Map<string, Set<AccountId>>();
  for (const accountId of accountIds) {
    const key = [
      waysOf(after, accountId, at, holders),
      before ? waysOf(before.access, accountId, before.at, holders) : '',
    ].join(' | ');
    const known = byWays.get(key);
    if (known) known.add(accountId);
    else byWays.set(key, new Set([accountId]));
  }
  return [...byWays.values()];
}

function waysOf(
  { people, grants: { teams } }: OrganizationAccess,
  accountId: AccountId,
  at: Date,
  holders: ReadonlySet<string>,
): string {
  const person = people.find(accountId);
  if (!person) return '';
  const ways = [...teams.waysTo(person, at.getTime())].filter(([holder]) => holders.has(holder));
  return [
    person.role === 'external',
    ...ways
      .map(
        ([holder, paths]) =>
          `${holder} ${paths
            .map((path) => `${path.join('>')} ${teams.endOf(person.memberId, path)}`)
            .sort()
            .join()}`,
      )
      .sort(),
  ].join(';');
}
