import { AccessCopy } from '@cordee/access/access-copy';
import { hasPermission } from '@cordee/access/decide';
import { visibleProducts, type VisibleProduct } from '@cordee/access/visible-products';
import { getProduct, listProducts } from '@cordee/contracts/products/product';
import { getProductFacts, type ProductFacts } from '@cordee/contracts/products/product-facts';
import type { Input, Output } from '@cordee/contracts/contract';
import { DomainError } from '@cordee/contracts/domain-error';
import { toId, toUuid } from '@cordee/contracts/id';
import { Handles, type QueryContext } from '@cordee/service/handles';
import { Controller, Inject } from '@nestjs/common';
import { selectResources } from '../resources/select-resources.ts';
import { selectProducts, type ProductView } from './select-products.ts';

interface FactsRow {
  id: string;
  type: string;
  name: string;
  is_blocked: boolean;
  owned: { id: string; account: string }[] | null;
}

@Controller()
export class ProductQueries {
  constructor(@Inject(AccessCopy) private readonly access: AccessCopy) {}

  @Handles(listProducts)
  async listProducts({ organizationId }: Input<typeof listProducts>, context: QueryContext): Promise<Output<typeof listProducts>> {
    const { visible, isManager } = await this.seen(organizationId, context);
    if (visible.size === 0) return { data: [] };
    const products = await selectProducts(context.em, organizationId, isManager ? undefined : [...visible.keys()]);
    return { data: products.map((product) => forEyes(product, isManager)) };
  }

  @Handles(getProduct)
  async getProduct({ organizationId, productId }: Input<typeof getProduct>, context: QueryContext): Promise<Output<typeof getProduct>> {
    const { visible, isManager } = await this.seen(organizationId, context);
    const sight = visible.get(productId);
    const [product] = sight ? await selectProducts(context.em, organizationId, [productId]) : [];
    if (!sight || !product) throw new DomainError('PRODUCT_NOT_FOUND');
    const resources = await selectResources(context.em, organizationId, productId);
    const seen = resources.filter(({ id }) => sight.isWhole || sight.resourceIds.has(id));
    // Who left is for who hands over what they left.
    return { ...forEyes(product, isManager), resources: isManager ? seen : seen.map(({ formerOwnerAccountId: _, ...resource }) => resource) };
  }

  @Handles(getProductFacts)
  async getProductFacts({ organizationId }: Input<typeof getProductFacts>, { em }: QueryContext): Promise<Output<typeof getProductFacts>> {
    const rows = await em.execute<FactsRow[]>(
      `select product.id, product.type, product.name,
              exists (select from product_block block where block.organization_id = product.organization_id and block.product_id = product.id and block.lifted_at is null) as is_blocked,
              owned.resources as owned
       from product
       left join (
         select product_id, json_agg(json_build_object('id', id, 'account', owner_account_id)) as resources
         from resource where organization_id = ? and owner_account_id is not null group by product_id
       ) as owned on owned.product_id = product.id
       where product.organization_id = ?`,
      [toUuid(organizationId), toUuid(organizationId)],
    );
    return { organizationId, products: rows.map(toFacts) };
  }

  private async seen(organizationId: `org_${string}`, { accountId, now }: QueryContext): Promise<{ visible: Map<`prd_${string}`, VisibleProduct>; isManager: boolean }> {
    const facts = await this.access.facts(organizationId);
    return { visible: visibleProducts(facts, accountId, now), isManager: hasPermission(facts.people, accountId, 'product:manage') };
  }
}

/** Why a product is blocked (a debt, for instance) is for those who manage it; that it is blocked, for all who see it. */
const forEyes = (product: ProductView, isManager: boolean): ProductView => (isManager ? product : { ...product, blockReasons: [] });

const toFacts = (row: FactsRow): ProductFacts['products'][number] => ({
  productId: toId('prd', row.id), type: row.type, name: row.name, isBlocked: row.is_blocked,
  ...(row.owned ? { ownedResources: row.owned.map(({ id, account }) => ({ resourceId: toId('res', id), accountId: toId('acc', account) })) } : {}),
});
