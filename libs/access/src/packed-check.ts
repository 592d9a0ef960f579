import { capOf, decide, type AccessSnapshot, type Question } from './decide.ts';
import { HOLDER_BITS, type Given } from './packed-grants.ts';
import { isContentRight } from './rights.ts';
import type { Shelf, Standing } from './standing.ts';

/**
 * The fast path of a check: the same answer as `decideForPerson`, from packed grants and without the chains. Support
 * access and token scopes are not part of it. Where a restriction is on the way, it asks `decide`. A property test
 * (libs/testing/src/access) holds both equal.
 */
export function checkPacked(
  facts: AccessSnapshot,
  standing: Standing,
  { product, onProduct, onType, rights }: Shelf,
  question: Question,
  at: number,
): boolean {
  const { right, resourceId } = question;
  if (capOf(standing.person, product, right)) return false;
  const isByRole = standing.isManager && !isContentRight(right) && rights.has(right);
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
