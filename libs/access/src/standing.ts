import { capOf, decide, type AccessSnapshot, type Question } from './decide.ts';
import { HOLDER_BITS, type Given } from './packed-grants.ts';
import { manages, type Person } from './people.ts';
import type { Product } from './products.ts';
import { isContentRight } from './rights.ts';
import type { Way } from './teams.ts';

/** How a person stands in an organization: by way of whom grants reach them. Worked out once and good until something in it ends by its own. */
export interface Standing {
  readonly person: Person;
  readonly isManager: boolean;
  /** By holder; see `Teams.waysTo`. */
  readonly ways: ReadonlyMap<string, readonly Way[]>;
  /** Milliseconds since 1970: it is good from the one up to the other. */
  readonly from: number;
  readonly until: number;
  /** The same holders as `Grants.bitsOf`. */
  readonly bits: Uint32Array;
}

export function standingOf(facts: AccessSnapshot, person: Person, at: number): Standing {
  let [from, until] = [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY];
  const ways = facts.grants.teams.waysTo(person, at, (instant) => {
    if (instant <= at) from = Math.max(from, instant);
    else until = Math.min(until, instant);
  });
  return { person, isManager: manages(person), ways, bits: facts.grants.bitsOf(ways.keys()), from, until };
}

/** A product with what is given on it and on its type: what most checks look at, in one place. */
export interface Shelf {
  readonly product: Product;
  readonly onProduct: Given;
  readonly onType: Given;
}

/** Whether the right is held: what `decide` says, without gathering the reasons. Where inheritance is restricted on the way, `decide` itself is asked. */
export function isHeld(
  facts: AccessSnapshot,
  standing: Standing,
  { product, onProduct, onType }: Shelf,
  question: Question,
  at: number,
): boolean {
  const { right, resourceId } = question;
  if (capOf(standing.person, product, right)) return false;
  const isByRole = standing.isManager && !isContentRight(right);
  const number = facts.grants.rightNumber(right);
  if (resourceId !== undefined) {
    const resource = facts.products.resource(resourceId);
    if (resource?.productId !== product.productId) return false;
    if (isByRole) return true;
    for (const inside of facts.products.pathOf(resource)) {
      if (facts.grants.restrictionsOn(inside.resourceId, product.ownershipNumber).length > 0)
        return decide(facts, question).allowed;
      if (isContentRight(right) && inside.ownerMemberId === standing.person.memberId) return true;
      if (isGiven(facts.grants.givenOn(inside.resourceId, product.ownershipNumber), standing, number, at)) return true;
    }
  }
  return isByRole || isGiven(onProduct, standing, number, at) || isGiven(onType, standing, number, at);
}

function isGiven({ codes, ends }: Given, { bits }: Standing, right: number, at: number): boolean {
  for (let place = 0; place < codes.length; place += 1) {
    const code = codes[place]!;
    if (code >> HOLDER_BITS !== right) continue;
    const holder = code & HOLDER_MASK;
    if ((bits[holder >> 5]! >> (holder & 31)) & 1 && ends[place]! > at) return true;
  }
  return false;
}

const HOLDER_MASK = (1 << HOLDER_BITS) - 1;
