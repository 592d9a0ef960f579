import type { OrganizationAccess } from '@cordee/access/organization-access';
import { isNeverForExternals } from '@cordee/access/special-rights';
import { holderKey } from '@cordee/access/grant-index';
import { pathsTo } from '@cordee/access/grant-paths';
import { denialFor, type Person } from '@cordee/access/people';
import type { Input, Output } from '@cordee/contracts/contract';
import type { previewGrant as contract } from '@cordee/contracts/teams/grant';
import type { GrantHolder, GrantObject } from '@cordee/contracts/teams/grant-snapshot';
import { findHolder } from './current-periods.ts';

/**
 * The maximum number of products and of people that a preview lists. The counts include all products and all people.
 */
const ROW_LIMIT = 200;

type Preview = Output<typeof contract>;

/** Lists the products and people to which a new grant would apply, from the access cache. */
export function previewGrant(
  access: OrganizationAccess,
  { holder, object, right }: Pick<Input<typeof contract>, 'holder' | 'object' | 'right'>,
  now: Date,
): Preview {
  const products = [...coveredProducts(access, object)]
    .map(({ productId, type, name }) => ({ productId, type, name }))
    .sort((one, other) => one.name.localeCompare(other.name));
  const people = holder && peopleOfHolder(access, holder, now);
  const cappedPeople = people?.filter(({ role }) => role === 'external' && isNeverForExternals(right)) ?? [];
  return {
    productCount: products.length,
    products: products.slice(0, ROW_LIMIT),
    isCoveringLater: object.kind === 'product_type',
    people: people
      ? { count: people.length, accountIds: listAccountIds(people), cappedAccountIds: listAccountIds(cappedPeople) }
      : null,
  };
}

function coveredProducts({ products }: OrganizationAccess, object: GrantObject) {
  if (object.kind === 'product_type') return products.ofType(object.type);
  const product = products.product(object.productId);
  return product ? [product] : [];
}

/** The people to whom a grant to the holder applies at the instant. People who are denied all rights are left out. */
function peopleOfHolder({ people, grants }: OrganizationAccess, holder: GrantHolder, now: Date): Person[] {
  const currentHolder = findHolder(people, holder);
  return currentHolder
    ? [...people.all()].filter(
        (person) => !denialFor(person) && pathsTo(grants.teams, person, now.getTime()).has(holderKey(currentHolder)),
      )
    : [];
}

const listAccountIds = (people: readonly Person[]) => people.map(({ accountId }) => accountId).slice(0, ROW_LIMIT);
