import type { Question } from '@cordee/access/decide';
import type { OrganizationAccess } from '@cordee/access/organization-access';
import { rightsGivenBy } from '@cordee/access/rights';
import type { Catalogue, ProductType } from '../grants/catalogue.ts';

/**
 * The rights that products of each type have. A question about any other is answered with no, whoever it is about: a role gives all rights that there are,
 * and no more. While the catalogue cannot be asked, everything is taken for a right.
 */
export class KnownRights {
  private constructor(private readonly types: ReadonlyMap<string, ProductType> | undefined) {}

  /** As the catalogue was last heard of. */
  static async from(catalogue: Catalogue, now: Date): Promise<KnownRights> {
    return new KnownRights(await catalogue.latest(now));
  }

  /** Whether things of this product have such a right. */
  isOne(access: OrganizationAccess, { productId, right }: Pick<Question, 'productId' | 'right'>): boolean {
    const type = this.types?.get(access.products.product(productId)?.type ?? '');
    return type === undefined || rightsOf(type).has(right);
  }

  /** Those of a type; none of one that is not known. */
  of(type: string): Iterable<string> {
    const known = this.types?.get(type);
    return known ? rightsOf(known) : [];
  }
}

const rightsByType = new WeakMap<ProductType, ReadonlySet<string>>();

/** The rights of a type and of the kinds of things in it; those that are no longer given too, for what was given of them goes on. */
function rightsOf(type: ProductType): ReadonlySet<string> {
  let rights = rightsByType.get(type);
  if (!rights) {
    const named = [...type.rights, ...[...type.resourceRights, ...type.retiredKinds].flatMap((kind) => kind.rights), ...type.retiredRights.map(({ right }) => right)];
    rightsByType.set(type, (rights = new Set(named.flatMap(rightsGivenBy))));
  }
  return rights;
}
