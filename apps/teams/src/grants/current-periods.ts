import type { OrganizationAccess } from '@cordee/access/organization-access';
import { DomainError } from '@cordee/contracts/domain-error';
import { toId } from '@cordee/contracts/id';
import type { GrantHolder, GrantObject, SnapshotHolder, SnapshotObject } from '@cordee/contracts/teams/grant-snapshot';

type Access = Pick<OrganizationAccess, 'people' | 'products'>;

/**
 * Adds the current membership period of the person and the current ownership period of the product to a request. The
 * grant does not apply after the person or the product has left and returned. Throws SERVICE_UNAVAILABLE when the
 * person or the product has left since the validation. A retry gets the validation error.
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
  findHolder(people, holder) ?? rejectDeparted('the person');
export const resolveObject = <O extends GrantObject>(
  { products }: Pick<Access, 'products'>,
  object: O,
): Extract<SnapshotObject, { kind: O['kind'] }> => findObject(products, object) ?? rejectDeparted('the product');

/** The holder with the current membership period; undefined for a person outside the organization. */
export function findHolder(people: Access['people'], holder: GrantHolder): SnapshotHolder | undefined {
  if (holder.kind !== 'account') return holder;
  const person = people.find(holder.accountId);
  return person && { ...holder, memberId: person.memberId };
}

/** The object with the current ownership period; undefined for an unknown product. */
export function findObject<O extends GrantObject>(
  products: Access['products'],
  object: O,
): Extract<SnapshotObject, { kind: O['kind'] }> | undefined;
export function findObject(products: Access['products'], object: GrantObject): SnapshotObject | undefined {
  if (object.kind === 'product_type') return object;
  const product = products.product(object.productId);
  return product && { ...object, ownershipNumber: product.ownershipNumber };
}

/** The columns that identify the membership period and the ownership period of a row. */
export interface PeriodColumns {
  holder_member_id: string | null;
  product_id: string | null;
  ownership_number: number | null;
}

/**
 * True while the membership period and the ownership period of the row are current. The service teams receives a
 * departure by event, so a row of a former period may remain active for a while. A row of a former period gives no
 * rights.
 */
export const isInCurrentPeriods = (
  { people, products }: Access,
  { holder_member_id: memberId, product_id: productId, ownership_number: ownershipNumber }: PeriodColumns,
): boolean =>
  (memberId === null || people.member(toId('mem', memberId)) !== undefined) &&
  (productId === null || products.product(toId('prd', productId))?.ownershipNumber === ownershipNumber);

function rejectDeparted(subject: string): never {
  throw new DomainError('SERVICE_UNAVAILABLE', { detail: `${subject} has just left the organization`, retryAfter: 1 });
}
