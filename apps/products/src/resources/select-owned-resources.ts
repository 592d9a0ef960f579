import type { Output } from '@cordee/contracts/contract';
import type { listOwnedResources } from '@cordee/contracts/products/product';
import type { GrantObject } from '@cordee/contracts/teams/grant-facts';
import { toId, toUuid } from '@cordee/contracts/id';
import type { EntityManager } from '@mikro-orm/postgresql';
import { isPossessed } from '../products/possession.ts';

/** The resources with an owner that a right on a thing reaches: a resource and what lies in it, or all of products whose kind has that right. By product, oldest first. */
export async function selectOwnedResources(em: EntityManager, organizationId: `org_${string}`, object: GrantObject, right: string): Promise<Output<typeof listOwnedResources>['data']> {
  const organization = toUuid(organizationId);
  const [condition, value] =
    object.kind === 'resource' ? ['resource.id = ?::uuid', toUuid(object.resourceId)] : object.kind === 'product' ? ['product.id = ?::uuid', toUuid(object.productId)] : ['product.type = ?', object.type];
  const rows = await em.execute<{ id: string; product_id: string; kind: string; name: string; owner_account_id: string }[]>(
    `with recursive reached as (
       select resource.id from resource join product on product.organization_id = resource.organization_id and product.id = resource.product_id
       where resource.organization_id = ? and ${isPossessed} and ${condition}
       union
       select inside.id from reached join resource inside on inside.organization_id = ? and inside.parent_id = reached.id
     )
     select resource.id, resource.product_id, resource.kind, resource.name, resource.owner_account_id
     from reached join resource on resource.organization_id = ? and resource.id = reached.id
     join product on product.organization_id = resource.organization_id and product.id = resource.product_id
     where resource.owner_account_id is not null
       and exists (select from product_type_right given where given.product_type = product.type and given.resource_kind = resource.kind and given.key = ?)
     order by product.created_at, product.id, resource.created_at, resource.id`,
    [organization, value, organization, organization, right],
  );
  return rows.map((row) => ({ resourceId: toId('res', row.id), productId: toId('prd', row.product_id), kind: row.kind, name: row.name, ownerAccountId: toId('acc', row.owner_account_id) }));
}
