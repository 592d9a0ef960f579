import type { Question } from '@cordee/access/decide';
import type { OrganizationAccess } from '@cordee/access/organization-access';
import { rightsGivenBy } from '@cordee/access/rights';
import type { Catalogue, ProductType } from '../grants/catalogue.ts';

/** Tells whether products of the type have a right at all; a question about one that they do not have is answered with no, whoever it is about: no role gives it. */
export type IsRight = (access: OrganizationAccess, question: Pick<Question, 'productId' | 'right'>) => boolean;

/** What the catalogue says; everything is taken for a right while the catalogue cannot be asked. */
export async function knownRights(catalogue: Catalogue, now: Date): Promise<IsRight> {
  const types = await catalogue.latest(now);
  return (access, { productId, right }) => {
    const type = types?.get(access.products.product(productId)?.type ?? '');
    return type === undefined || rightsOf(type).has(right);
  };
}

const known = new WeakMap<ProductType, ReadonlySet<string>>();

/** The rights of a type and of the kinds of things in it, those that are no longer given too: what was given of them goes on. */
function rightsOf(type: ProductType): ReadonlySet<string> {
  let rights = known.get(type);
  if (!rights) {
    const named = [...type.rights, ...[...type.resourceRights, ...type.retiredKinds].flatMap((kind) => kind.rights), ...type.retiredRights.map(({ right }) => right)];
    known.set(type, (rights = new Set(named.flatMap(rightsGivenBy))));
  }
  return rights;
}
