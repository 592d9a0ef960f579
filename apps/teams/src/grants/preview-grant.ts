import type { OrganizationAccess } from '@cordee/access/organization-access';
import { isNeverForExternals } from '@cordee/access/rights';
import { holderKey } from '@cordee/access/grants';
import { denialFor, type Person } from '@cordee/access/people';
import type { Input, Output } from '@cordee/contracts/contract';
import type { previewGrant as contract } from '@cordee/contracts/teams/grant';
import type { GrantHolder, GrantObject } from '@cordee/contracts/teams/grant-snapshot';
import { findHolder } from './current-ownership.ts';

/** Rows that a preview names; it counts all. */
const SHOWN = 200;

type Preview = Output<typeof contract>;

/** What a grant would cover and whom it would reach (C-TEAM-08), answered from the facts that decide it afterwards. */
export function previewGrant(
  access: OrganizationAccess,
  { holder, object, right }: Pick<Input<typeof contract>, 'holder' | 'object' | 'right'>,
  now: Date,
): Preview {
  const products = [...coveredBy(access, object)]
    .map(({ productId, type, name }) => ({ productId, type, name }))
    .sort((one, other) => one.name.localeCompare(other.name));
  const people = holder && peopleReachedThrough(access, holder, now);
  const capped = people?.filter(({ role }) => role === 'external' && isNeverForExternals(right)) ?? [];
  return {
    productCount: products.length,
    products: products.slice(0, SHOWN),
    isCoveringLater: object.kind === 'product_type',
    people: people ? { count: people.length, accountIds: idsOf(people), cappedAccountIds: idsOf(capped) } : null,
  };
}

function coveredBy({ products }: OrganizationAccess, object: GrantObject) {
  if (object.kind === 'product_type') return products.ofType(object.type);
  const product = products.product(object.productId);
  return product ? [product] : [];
}

/** Those whom a grant of this holder reaches at the instant, people who are stopped left out. */
function peopleReachedThrough({ people, grants }: OrganizationAccess, holder: GrantHolder, now: Date): Person[] {
  const present = findHolder(people, holder);
  return present
    ? [...people.all()].filter(
        (person) => !denialFor(person) && grants.teams.pathsTo(person, now.getTime()).has(holderKey(present)),
      )
    : [];
}

const idsOf = (people: readonly Person[]) => people.map(({ accountId }) => accountId).slice(0, SHOWN);
