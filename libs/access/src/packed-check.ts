import { capFor, decide, type AccessSnapshot, type Question } from './decide.ts';
import { HOLDER_BITS, type PackedGrants, type ProductGrants } from './packed-grants.ts';
import { isContentRight } from './rights.ts';
import type { ResolvedPrincipal } from './resolve-principal.ts';

/**
 * The fast path of a check: decides like `decideForPerson`, from packed grants and without chains. It ignores support
 * access and token scopes. Where a restriction applies, it calls `decide`. A property test (libs/testing/src/access)
 * asserts that both agree.
 */
export function checkPacked(
  snapshot: AccessSnapshot,
  principal: ResolvedPrincipal,
  { product, onProduct, onType, typeRights }: ProductGrants,
  question: Question,
  at: number,
): boolean {
  const { right, resourceId } = question;
  if (capFor(principal.person, product, right)) return false;
  const isByRole = principal.isManager && !isContentRight(right) && typeRights.has(right);
  const number = snapshot.grants.rightNumber(right);
  if (resourceId !== undefined) {
    const resource = snapshot.products.resource(resourceId);
    if (resource?.productId !== product.productId) return false;
    if (isByRole) return true;
    for (const inside of snapshot.products.pathOf(resource)) {
      if (snapshot.grants.restrictionsOn(inside.resourceId, product.ownershipNumber).length > 0)
        return decide(snapshot, question).allowed;
      if (isContentRight(right) && inside.ownerMemberId === principal.person.memberId) return true;
      if (isGranted(snapshot.grants.packedGrantsOn(inside.resourceId, product.ownershipNumber), principal, number, at))
        return true;
    }
  }
  return isByRole || isGranted(onProduct, principal, number, at) || isGranted(onType, principal, number, at);
}

function isGranted(
  { codes, ends }: PackedGrants,
  { holderBits }: ResolvedPrincipal,
  right: number,
  at: number,
): boolean {
  for (let index = 0; index < codes.length; index += 1) {
    const code = codes[index]!;
    if (code >> HOLDER_BITS !== right) continue;
    const holder = code & HOLDER_MASK;
    if ((holderBits[holder >> 5]! >> (holder & 31)) & 1 && ends[index]! > at) return true;
  }
  return false;
}

const HOLDER_MASK = (1 << HOLDER_BITS) - 1;
