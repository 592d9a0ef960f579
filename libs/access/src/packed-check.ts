import { hasNumber } from './bit-set.ts';
import type { AccessSnapshot } from './access-snapshot.ts';
import { capFor, decideAccess, type Question } from './decide-access.ts';
import { HOLDER_BITS, type PackedGrants, type ProductGrants } from './packed-grants.ts';
import { isContentRight } from './special-rights.ts';
import type { ResolvedPrincipal } from './resolve-principal.ts';

/**
 * The fast path of a check. It decides like `decideForPerson`, but from packed grants and without chains. The caller
 * checks support access and token scopes. The fast path calls the slower `decideAccess` when it reaches a resource with
 * a restriction. A property test (libs/testing/src/access) asserts that `OrganizationAccess.check` and `decide` agree.
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
  const rightNumber = snapshot.grants.rightNumber(right);
  if (resourceId !== undefined) {
    const resource = snapshot.products.resource(resourceId);
    if (resource?.productId !== product.productId) return false;
    if (isByRole) return true;
    for (const ancestor of snapshot.products.pathOf(resource)) {
      if (snapshot.grants.restrictionsOn(ancestor.resourceId, product.ownershipNumber).length > 0)
        return decideAccess(snapshot, question).isAllowed;
      if (isContentRight(right) && ancestor.ownerMemberId === principal.person.memberId) return true;
      if (
        isGranted(
          snapshot.grants.packedGrantsOn(ancestor.resourceId, product.ownershipNumber),
          principal,
          rightNumber,
          at,
        )
      )
        return true;
    }
  }
  return isByRole || isGranted(onProduct, principal, rightNumber, at) || isGranted(onType, principal, rightNumber, at);
}

function isGranted(
  { codes, ends }: PackedGrants,
  { holderNumbers }: ResolvedPrincipal,
  rightNumber: number,
  at: number,
): boolean {
  for (let index = 0; index < codes.length; index += 1) {
    const code = codes[index]!;
    if (code >> HOLDER_BITS !== rightNumber) continue;
    if (hasNumber(holderNumbers, code & HOLDER_MASK) && ends[index]! > at) return true;
  }
  return false;
}

const HOLDER_MASK = (1 << HOLDER_BITS) - 1;
