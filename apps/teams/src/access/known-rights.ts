import type { Decision, Question } from '@cordee/access/decide';
import type { OrganizationAccess } from '@cordee/access/organization-access';
import { ownerRights, rightsGivenBy } from '@cordee/access/rights';
import type { Catalogue, ProductType } from '../grants/catalogue.ts';

/** A copy of the catalogue that is younger is not asked for again because of a right that it does not have, which somebody may just have mistyped. */
const FRESH_MS = 1_000;

/**
 * The rights that products of each type have. A role gives all rights that there are and no more, and the accesses of support likewise: a question about
 * any other is answered with no. What was given proves that there is such a right, and what the owner of a thing has is one of every thing. Until the
 * catalogue was heard of for the first time, everything is taken for one.
 */
export class KnownRights {
  private constructor(private readonly types: ReadonlyMap<string, ProductType> | undefined) {}

  /** As the catalogue was last heard of; where it does not have what is asked about, as it is now. */
  static async about(
    catalogue: Catalogue,
    now: Date,
    access: OrganizationAccess,
    questions: readonly Pick<Question, 'productId' | 'right'>[] = [],
  ): Promise<KnownRights> {
    const known = new KnownRights(await catalogue.latest(now));
    if (questions.every((question) => known.mayBe(access, question))) return known;
    return new KnownRights(await catalogue.latest(now, FRESH_MS));
  }

  /** What `access.check` says of a right that there is. */
  check(access: OrganizationAccess, question: Question): boolean {
    return access.check(question) && (this.mayBe(access, question) || isGiven(access.decide(question)));
  }

  /** The same with the reasons. */
  decide(access: OrganizationAccess, question: Question): Decision {
    const decision = access.decide(question);
    const isAnswer = !decision.allowed || this.mayBe(access, question) || isGiven(decision);
    return isAnswer ? decision : { allowed: false, chains: [], refusal: 'right_unknown', isOwnFilesOnly: false };
  }

  /** Those of a type; none of one that is not known. */
  of(type: string): Iterable<string> {
    const known = this.types?.get(type);
    return known ? rightsOf(known) : [];
  }

  private mayBe(access: OrganizationAccess, { productId, right }: Pick<Question, 'productId' | 'right'>): boolean {
    const type = this.types?.get(access.products.product(productId)?.type ?? '');
    return type === undefined || rightsOf(type).has(right);
  }
}

const isGiven = ({ chains }: Decision): boolean => chains.some(({ via }) => via === 'grant');

const rightsByType = new WeakMap<ProductType, ReadonlySet<string>>();

/** The rights of a type and of the kinds of things in it, with those that an owner has on anything; those that are no longer given too, for what was given of them goes on. */
function rightsOf(type: ProductType): ReadonlySet<string> {
  let rights = rightsByType.get(type);
  if (!rights) {
    const named = [
      ...type.rights,
      ...[...type.resourceRights, ...type.retiredKinds].flatMap((kind) => kind.rights),
      ...type.retiredRights.map(({ right }) => right),
      ...ownerRights,
    ];
    rightsByType.set(type, (rights = new Set(named.flatMap(rightsGivenBy))));
  }
  return rights;
}
