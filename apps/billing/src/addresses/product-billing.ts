import type { ProductBilling } from '@cordee/contracts/billing/product-billing';
import { toUuid } from '@cordee/contracts/id';
import { sendAhead } from '@cordee/service/database/orm';
import { idOrNull, uuidList, uuidOrNull } from '@cordee/service/database/sql-values';
import { raw, type EntityManager } from '@mikro-orm/postgresql';
import type * as z from 'zod';
import { Address } from './address.entity.ts';

type ProductId = `prd_${string}`;
type Settings = Omit<z.output<typeof ProductBilling>, 'productId'>;

/** The settings of a product before the first change. */
const NO_SETTINGS: Settings = { addressId: null, costCentre: null, version: 0 };

/** Reads the billing settings of products, in the order of the ids. */
export async function readProductBilling(
  em: EntityManager,
  organizationId: `org_${string}`,
  productIds: readonly ProductId[],
): Promise<Settings[]> {
  const rows = await em.execute<
    { product_id: string; address_id: string | null; cost_centre: string | null; version: number }[]
  >(
    `select product_id, address_id, cost_centre, version from product_billing
     where organization_id = ? and product_id = any(?::uuid[])`,
    [toUuid(organizationId), uuidList(productIds)],
  );
  const settings = new Map(
    rows.map(({ product_id, address_id, cost_centre, version }) => [
      product_id,
      { addressId: idOrNull('adr', address_id), costCentre: cost_centre, version },
    ]),
  );
  return productIds.map((productId) => settings.get(toUuid(productId)) ?? NO_SETTINGS);
}

/** The billing address of a product and its cost centre. */
interface BillingDetails {
  readonly address: Address;
  readonly costCentre: string | null;
}

/** Finds the address of a product, by default the default address. Returns undefined when there is no address. */
export async function findBillingDetails(
  em: EntityManager,
  organizationId: `org_${string}`,
  productId: ProductId,
): Promise<BillingDetails | undefined> {
  const [[settings], addresses] = await Promise.all([
    readProductBilling(em, organizationId, [productId]),
    em.find(Address, {
      organizationId,
      $or: [
        { isDefault: true },
        {
          id: raw('(select address_id from product_billing where organization_id = ? and product_id = ?)', [
            toUuid(organizationId),
            toUuid(productId),
          ]),
        },
      ],
    }),
  ]);
  const { addressId, costCentre } = settings!;
  const address = addresses.find(({ id }) => id === addressId) ?? addresses.find(({ isDefault }) => isDefault);
  return address && { address, costCentre };
}

/**
 * Stores the billing settings of new products, without waiting for the reply. An address that is removed at the same
 * time is left out.
 */
export function storeProductBilling(
  em: EntityManager,
  organizationId: `org_${string}`,
  addressId: `adr_${string}` | undefined,
  products: readonly { readonly productId: ProductId; readonly costCentre: string | null }[],
): void {
  const rows = products
    .filter(({ costCentre }) => addressId !== undefined || costCentre)
    .map(({ productId, costCentre }) => ({ product_id: toUuid(productId), cost_centre: costCentre }));
  if (rows.length === 0) return;
  sendAhead(
    em,
    `with existing_address as (select id from address where organization_id = ? and id = ? for key share)
     insert into product_billing (organization_id, product_id, address_id, cost_centre)
     select ?, product_id, (select id from existing_address), cost_centre
     from jsonb_to_recordset(?::jsonb) as product (product_id uuid, cost_centre text)`,
    [toUuid(organizationId), uuidOrNull(addressId), toUuid(organizationId), JSON.stringify(rows)],
  );
}

/** Deletes the billing settings of products, without waiting for the reply. */
export function deleteProductBilling(
  em: EntityManager,
  organizationId: `org_${string}`,
  productIds: readonly ProductId[],
): void {
  sendAhead(em, `delete from product_billing where organization_id = ? and product_id = any(?::uuid[])`, [
    toUuid(organizationId),
    uuidList(productIds),
  ]);
}
