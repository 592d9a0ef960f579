import type { OrganizationAccess } from '@cordee/access/organization-access';
import { isNeverForExternals } from '@cordee/access/rights';
import type { DomainError } from '@cordee/contracts/domain-error';
import { inputError } from '@cordee/contracts/input-error';
import type { GrantHolder, GrantObject } from '@cordee/contracts/teams/grant-snapshot';
import type { Catalogue, ProductType } from './catalogue.ts';

/** The data for validation: people and products of the organization, and the catalogue. */
export interface GrantSubject {
  access: Pick<OrganizationAccess, 'people' | 'products'>;
  catalogue: Catalogue;
}

/**
 * A grant request with its JSON pointer in the input. Without a right, only holder and object are validated; without a
 * holder, only the object.
 */
export interface PositionedRequest {
  holder?: GrantHolder | undefined;
  object: GrantObject;
  right: string | null;
  endsAt: string | null;
  pointer: string;
  /** The pointer of the right, when it is not `right` of the request. */
  rightPointer?: string;
}

type Rights = readonly string[] | DomainError;

/**
 * Validates requests: the holder, the object, and the rights that the catalogue has for it. Returns one error or
 * undefined per request. The existence of a team is not checked.
 */
export async function validateGrants(
  subject: GrantSubject,
  requests: readonly PositionedRequest[],
  now: Date,
): Promise<(DomainError | undefined)[]> {
  const types = new Map<string, ProductType | undefined>();
  for (const key of new Set(requests.map(({ object }) => typeKeyOf(subject, object))))
    if (key !== undefined) types.set(key, await subject.catalogue.type(key, now));
  return requests.map((request) => {
    const { right, pointer } = request;
    const error =
      validateHolder(subject, request) ??
      (request.endsAt !== null && new Date(request.endsAt) <= now
        ? inputError('GRANT_ENDS_IN_PAST', `${pointer}/endsAt`, 'is in the past')
        : undefined);
    if (error) return error;
    const rights = rightsOn(subject, types.get(typeKeyOf(subject, request.object) ?? ''), request);
    if (!isList(rights)) return rights;
    return right === null || rights.includes(right)
      ? undefined
      : inputError('RIGHT_UNKNOWN', request.rightPointer ?? `${pointer}/right`, `there is no right ${right} on this`);
  });
}

/** Throws the first error. */
export async function assertGrants(
  subject: GrantSubject,
  requests: readonly PositionedRequest[],
  now: Date,
): Promise<void> {
  for (const error of await validateGrants(subject, requests, now)) if (error) throw error;
}

function validateHolder(
  { access }: GrantSubject,
  { holder, right, pointer, rightPointer = `${pointer}/right` }: PositionedRequest,
): DomainError | undefined {
  if (holder?.kind !== 'account') return undefined;
  const person = access.people.find(holder.accountId);
  if (!person)
    return inputError('PERSON_UNKNOWN', `${pointer}/holder/accountId`, 'does not belong to the organization');
  const isCapped = person.role === 'external' && right !== null && isNeverForExternals(right);
  return isCapped ? inputError('RIGHT_NOT_FOR_EXTERNALS', rightPointer, 'is not available to externals') : undefined;
}

const typeKeyOf = ({ access }: GrantSubject, object: GrantObject): string | undefined =>
  object.kind === 'product_type' ? object.type : access.products.product(object.productId)?.type;

/** The rights that can be granted on an object: the rights of the product type or of the resource kind. */
function rightsOn(
  { access }: GrantSubject,
  type: ProductType | undefined,
  { object, pointer }: PositionedRequest,
): Rights {
  if (object.kind === 'product_type')
    return type?.rights ?? inputError('PRODUCT_TYPE_UNKNOWN', `${pointer}/object/type`, 'is not in the catalogue');
  if (!access.products.product(object.productId))
    return inputError('PRODUCT_NOT_FOUND', `${pointer}/object/productId`, 'is no product of this organization');
  if (object.kind === 'product') return type?.rights ?? [];
  const resource = access.products.resource(object.resourceId);
  if (resource?.productId !== object.productId)
    return inputError('RESOURCE_NOT_FOUND', `${pointer}/object/resourceId`, 'is no resource of this product');
  return kindOf(type, resource.kind)?.rights ?? [];
}

/** A kind of resource in the catalogue; retired kinds are included, because existing resources still use them. */
export const kindOf = (type: ProductType | undefined, kind: string) =>
  [...(type?.resourceRights ?? []), ...(type?.retiredKinds ?? [])].find((each) => each.kind === kind);

const isList = (rights: Rights): rights is readonly string[] => Array.isArray(rights);
