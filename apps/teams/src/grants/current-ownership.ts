import type { OrganizationAccess } from '@cordee/access/organization-access';
import { DomainError } from '@cordee/contracts/domain-error';
import { toId } from '@cordee/contracts/id';
import type { GrantHolder, GrantObject, SnapshotHolder, SnapshotObject } from '@cordee/contracts/teams/grant-snapshot';

type Access = Pick<OrganizationAccess, 'people' | 'products'>;

/**
 * What is given is given to a person in their present time in the organization, on a product in its present possession: were they to leave while it
 * is being written, it would be nobody's when they come back. Whether they are there was judged before; gone meanwhile: SERVICE_UNAVAILABLE, and whoever
 * asks again is told.
 */
export const resolveHolderAndObject = <R extends { holder: GrantHolder; object: GrantObject }>(
  access: Access,
  request: R,
): R & { holder: SnapshotHolder; object: SnapshotObject } => ({
  ...request,
  holder: resolveHolder(access, request.holder),
  object: resolveObject(access, request.object),
});

export const resolveHolder = ({ people }: Pick<Access, 'people'>, holder: GrantHolder): SnapshotHolder =>
  findHolder(people, holder) ?? gone('the person');
export const resolveObject = <O extends GrantObject>(
  { products }: Pick<Access, 'products'>,
  object: O,
): Extract<SnapshotObject, { kind: O['kind'] }> => findObject(products, object) ?? gone('the product');

/** A holder as facts name it: a person in their present time in the organization; undefined for who is not in it. */
export function findHolder(people: Access['people'], holder: GrantHolder): SnapshotHolder | undefined {
  if (holder.kind !== 'account') return holder;
  const person = people.find(holder.accountId);
  return person && { ...holder, memberId: person.memberId };
}

/** An object as facts name it: in the present possession of the product; undefined for one that is not there. */
export function findObject<O extends GrantObject>(
  products: Access['products'],
  object: O,
): Extract<SnapshotObject, { kind: O['kind'] }> | undefined;
export function findObject(products: Access['products'], object: GrantObject): SnapshotObject | undefined {
  if (object.kind === 'product_type') return object;
  const product = products.product(object.productId);
  return product && { ...object, ownershipNumber: product.ownershipNumber };
}

/** What a row of the database says of the stay that it belongs to. */
export interface OwnershipColumns {
  holder_member_id: string | null;
  product_id: string | null;
  ownership_number: number | null;
}

/** Whether nobody has left by whom, or by what, it counted. Teams hears of that by event, so that what is over may stand on record for a while; nobody has anything by it. */
export const isCurrent = (
  { people, products }: Access,
  { holder_member_id: memberId, product_id: productId, ownership_number: ownershipNumber }: OwnershipColumns,
): boolean =>
  (memberId === null || people.member(toId('mem', memberId)) !== undefined) &&
  (productId === null || products.product(toId('prd', productId))?.ownershipNumber === ownershipNumber);

function gone(what: string): never {
  throw new DomainError('SERVICE_UNAVAILABLE', { detail: `${what} has just left the organization`, retryAfter: 1 });
}
