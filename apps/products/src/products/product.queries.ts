import { AccessCache } from '@cordee/access/access-cache';
import type { VisibleProduct } from '@cordee/access/organization-access';
import { describeProduct, getProduct, listProducts } from '@cordee/contracts/products/product';
import { getProductSnapshot } from '@cordee/contracts/products/product-snapshot';
import type { Input, Output } from '@cordee/contracts/contract';
import { DomainError } from '@cordee/contracts/domain-error';
import { idSchema } from '@cordee/contracts/id';
import { Handles, type QueryContext } from '@cordee/service/handler-decorators';
import { readCursor, writeCursor } from '@cordee/service/list-cursor';
import { Controller, Inject } from '@nestjs/common';
import { readProduct } from './read-product.ts';
import { selectSnapshot } from './select-snapshot.ts';
import { selectProducts, type ProductView } from './select-products.ts';

@Controller()
export class ProductQueries {
  constructor(@Inject(AccessCache) private readonly access: AccessCache) {}

  @Handles(listProducts)
  async listProducts(
    { organizationId, limit, cursor }: Input<typeof listProducts>,
    context: QueryContext,
  ): Promise<Output<typeof listProducts>> {
    const { visibleProducts, mayManageProducts } = await this.loadViewerAccess(organizationId, context);
    const after = readCursor(idSchema('prd'), cursor);
    if (visibleProducts.size === 0) return { data: [], nextCursor: null };
    const products = await selectProducts(context.em, organizationId, {
      // A person who manages products sees all of them, so the statement needs no list of ids.
      ids: mayManageProducts ? undefined : [...visibleProducts.keys()],
      after,
      // An additional row shows that there is a next page.
      limit: limit + 1,
    });
    const rows = products.slice(0, limit);
    return {
      data: rows.map((product) => redactForViewer(product, mayManageProducts)),
      nextCursor: products.length > limit ? writeCursor(rows.at(-1)!.id) : null,
    };
  }

  @Handles(getProduct)
  async getProduct(
    { organizationId, productId }: Input<typeof getProduct>,
    context: QueryContext,
  ): Promise<Output<typeof getProduct>> {
    const { visibleProducts, mayManageProducts } = await this.loadViewerAccess(organizationId, context);
    const visibility = visibleProducts.get(productId);
    const found = visibility && (await readProduct(context.em, organizationId, productId));
    if (!found) throw new DomainError('PRODUCT_NOT_FOUND');
    const { product, resources } = found;
    const visibleResources = resources.filter(({ id }) => visibility.isWhole || visibility.resourceIds.has(id));
    // Only managers see former owners, because managers assign the resources to new owners.
    return {
      ...redactForViewer(product, mayManageProducts),
      resources: mayManageProducts
        ? visibleResources
        : visibleResources.map(({ formerOwnerAccountId: _, ...resource }) => resource),
    };
  }

  @Handles(describeProduct)
  async describeProduct(
    { organizationId, productId }: Input<typeof describeProduct>,
    { em }: QueryContext,
  ): Promise<Output<typeof describeProduct>> {
    const [product] = await selectProducts(em, organizationId, { ids: [productId] });
    if (!product) throw new DomainError('PRODUCT_NOT_FOUND');
    return { productId, type: product.type, name: product.name, status: product.status };
  }

  @Handles(getProductSnapshot)
  async getProductSnapshot(
    input: Input<typeof getProductSnapshot>,
    { em }: QueryContext,
  ): Promise<Output<typeof getProductSnapshot>> {
    return selectSnapshot(em, input);
  }

  private async loadViewerAccess(
    organizationId: `org_${string}`,
    context: QueryContext,
  ): Promise<{ visibleProducts: Map<`prd_${string}`, VisibleProduct>; mayManageProducts: boolean }> {
    const access = await this.access.forOrganization(organizationId);
    if (context.readsWholeOrganization) return { visibleProducts: access.allProducts(), mayManageProducts: true };
    const { accountId, now, scopes } = context;
    return {
      visibleProducts: access.visibleProducts(accountId, now),
      mayManageProducts: access.people.mayRead(accountId, 'product:manage', now, scopes),
    };
  }
}

/** Only managers see the reasons of blocks, for instance a debt. Other people see only the status of the product. */
const redactForViewer = (product: ProductView, mayManageProducts: boolean): ProductView =>
  mayManageProducts ? product : { ...product, blockReasons: [] };
