import { DomainError } from '@cordee/contracts/domain-error';
import type { EntityManager } from '@mikro-orm/postgresql';
import { Address } from './address.entity.ts';

/** Finds the address with this id; without an id, the default address. Throws ADDRESS_NOT_FOUND or ADDRESS_MISSING. */
export async function findAddress(
  em: EntityManager,
  organizationId: `org_${string}`,
  addressId?: `adr_${string}`,
): Promise<Address> {
  const address = await em.findOne(
    Address,
    addressId ? { organizationId, id: addressId } : { organizationId, isDefault: true },
  );
  if (!address) throw new DomainError(addressId ? 'ADDRESS_NOT_FOUND' : 'ADDRESS_MISSING');
  return address;
}
