import type { OrganizationAccess } from '@cordee/access/organization-access';
import { isNeverForExternals } from '@cordee/access/rights';
import { holderKey } from '@cordee/access/grants';
import { denialFor, type Person } from '@cordee/access/people';
import type { Input, Output } from '@cordee/contracts/contract';
import type { previewGrant as contract } from '@cordee/contracts/teams/grant';
import type { GrantHolder, GrantObject } from '@cordee/contracts/teams/grant-snapshot';
import { findHolder } from './current-ownership.ts';

/** The number of rows that a preview lists; the counts are complete. */
const ROW_LIMIT = 200;

type Preview = Output<typeof contract>;

/** The products and people of a grant before it is created, decided from the access cache (C-TEAM-08). */
export function previewGrant(
  access: OrganizationAccess,
  { holder, object, right }: Pick<Input<typeof contract>, 'holder' | 'object' | 'right'>,
  now: Date,
): Preview {
  const products = [...coveredProducts(access, object)]
    .map(({ productId, type, name }) => ({ productId, type, name }))
    .sort((one, other) => one.name.localeCompare(other.name));
  const people = holder && peopleWithHolder(access, holder, now);
  const capped = people?.filter(({ role }) => role === 'external' && isNeverForExternals(right)) ?? [];
  return {
    productCount: products.length,
    products: products.slice(0, ROW_LIMIT),
    isCoveringLater: object.kind === 'product_type',
    people: people ? { count: people.length, accountIds: idsOf(people), cappedAccountIds: idsOf(capped) } : null,
  };
}

function coveredProducts({ products }: OrganizationAccess, object: GrantObject) {
  if (object.kind === 'product_type') return products.ofType(object.type);
  const product = products.product(object.productId);
  return product ? [product] : [];
}

/** The people to whom a grant of the holder applies at the instant, without people who have no rights at all. */
function peopleWithHolder({ people, grants }: OrganizationAccess, holder: GrantHolder, now: Date): Person[] {
  const current = findHolder(people, holder);
  return current
    ? [...people.all()].filter(
        (person) => !denialFor(person) && grants.teams.pathsTo(person, now.getTime()).has(holderKey(current)),
      )
    : [];
}

const idsOf = (people: readonly Person[]) => people.map(({ accountId }) => accountId).slice(0, ROW_LIMIT);
