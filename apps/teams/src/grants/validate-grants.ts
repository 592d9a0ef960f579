import type { OrganizationAccess } from '@cordee/access/organization-access';
import { isNeverForExternals } from '@cordee/access/special-rights';
import type { DomainError } from '@cordee/contracts/domain-error';
import { inputError } from '@cordee/contracts/input-error';
import type { GrantHolder, GrantObject } from '@cordee/contracts/teams/grant-snapshot';
import type { Catalogue, ProductType } from './catalogue.ts';

/** The data for validation: the people and products of the organization, and the catalogue. */
export interface ValidationSources {
  access: Pick<OrganizationAccess, 'people' | 'products'>;
  catalogue: Catalogue;
}

/**
 * A grant request with its JSON pointer in the input; the pointer is empty when the request is the whole input. A null
 * right and a missing holder are not validated.
 */
export interface PositionedRequest {
  holder?: GrantHolder | undefined;
  object: GrantObject;
  right: string | null;
  endsAt: string | null;
  pointer: string;
  /** The pointer of the right; the field `right` of the request by default. */
  rightPointer?: string;
}

type RightsOrError = readonly string[] | DomainError;

/**
 * Validates the holder, the end, the object and the right of each request. Returns an error or undefined per request.
 * Does not check that a team exists: callers check the team.
 */
export async function validateGrants(
  sources: ValidationSources,
  requests: readonly PositionedRequest[],
  now: Date,
): Promise<(DomainError | undefined)[]> {
  const types = new Map<string, ProductType | undefined>();
  for (const key of new Set(requests.map(({ object }) => typeKeyOf(sources, object))))
    if (key !== undefined) types.set(key, await sources.catalogue.findType(key, now));
  return requests.map((request) => {
    const { right, pointer } = request;
    const error =
      validateHolder(sources, request) ??
      (request.endsAt !== null && new Date(request.endsAt) <= now
        ? inputError('GRANT_ENDS_IN_PAST', `${pointer}/endsAt`, 'is in the past')
        : undefined);
    if (error) return error;
    const rights = grantableRightsOf(sources, types.get(typeKeyOf(sources, request.object) ?? ''), request);
    if (!isList(rights)) return rights;
    return right === null || rights.includes(right)
      ? undefined
      : inputError(
          'RIGHT_UNKNOWN',
          request.rightPointer ?? `${pointer}/right`,
          `the right ${right} does not exist on this object`,
        );
  });
}

/** Validates requests and throws the first error. */
export async function assertGrants(
  sources: ValidationSources,
  requests: readonly PositionedRequest[],
  now: Date,
): Promise<void> {
  for (const error of await validateGrants(sources, requests, now)) if (error) throw error;
}

function validateHolder(
  { access }: ValidationSources,
  { holder, right, pointer, rightPointer = `${pointer}/right` }: PositionedRequest,
): DomainError | undefined {
  if (holder?.kind !== 'account') return undefined;
  const person = access.people.find(holder.accountId);
  if (!person)
    return inputError('PERSON_UNKNOWN', `${pointer}/holder/accountId`, 'does not belong to the organization');
  if (person.role === 'external' && right !== null && isNeverForExternals(right))
    return inputError('RIGHT_NOT_FOR_EXTERNALS', rightPointer, 'is not available to externals');
  return undefined;
}

const typeKeyOf = ({ access }: ValidationSources, object: GrantObject): string | undefined =>
  object.kind === 'product_type' ? object.type : access.products.product(object.productId)?.type;

/** The rights that can be granted on an object, or the error for an unknown object. */
function grantableRightsOf(
  { access }: ValidationSources,
  type: ProductType | undefined,
  { object, pointer }: PositionedRequest,
): RightsOrError {
  if (object.kind === 'product_type')
    return type?.rights ?? inputError('PRODUCT_TYPE_UNKNOWN', `${pointer}/object/type`, 'is not in the catalogue');
  if (!access.products.product(object.productId))
    return inputError('PRODUCT_NOT_FOUND', `${pointer}/object/productId`, 'is not a product of this organization');
  if (object.kind === 'product') return type?.rights ?? [];
  const resource = access.products.resource(object.resourceId);
  if (resource?.productId !== object.productId)
    return inputError('RESOURCE_NOT_FOUND', `${pointer}/object/resourceId`, 'is not a resource of this product');
  return findResourceKind(type, resource.kind)?.rights ?? [];
}

/** Finds a resource kind of a product type. Retired kinds are included, because existing resources use them. */
export const findResourceKind = (type: ProductType | undefined, kind: string) =>
  [...(type?.resourceRights ?? []), ...(type?.retiredKinds ?? [])].find((resourceKind) => resourceKind.kind === kind);

const isList = (rights: RightsOrError): rights is readonly string[] => Array.isArray(rights);
