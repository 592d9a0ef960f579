import { expiringAttemptCounts } from '@cordee/service/attempt-limits/attempt-counts';
import type { ServiceDefinition } from '@cordee/service/service-definition';
import { Module } from '@nestjs/common';
import { ProductsConfig } from './config.ts';
import { products0001 } from './migrations/0001-products.ts';
import { products0002 } from './migrations/0002-product-type-names.ts';
import { products0003 } from './migrations/0003-out-of-scope.ts';
import { PriceCommands } from './product-types/price.commands.ts';
import { PriceQueries } from './product-types/price.queries.ts';
import { ProductTypeCommands } from './product-types/product-type.commands.ts';
import { ProductTypeSchema } from './product-types/product-type.entity.ts';
import { ProductTypeQueries } from './product-types/product-type.queries.ts';
import { ProductCommands } from './products/product.commands.ts';
import { ProductSchema } from './products/product.entity.ts';
import { ProductQueries } from './products/product.queries.ts';
import { ProductReactions } from './products/product.reactions.ts';
import { ResourceCommands } from './resources/resource.commands.ts';
import { ResourceSchema } from './resources/resource.entity.ts';
import { ResourceQueries } from './resources/resource.queries.ts';
import { RetainedOwnerReactions } from './resources/retained-owner.reactions.ts';
import { ResourceReactions } from './resources/resource.reactions.ts';
import { TransferCommands } from './transfers/transfer.commands.ts';
import { TransferSchema } from './transfers/transfer.entity.ts';
import { TransferJobs } from './transfers/transfer.jobs.ts';
import { TransferQueries } from './transfers/transfer.queries.ts';

@Module({
  controllers: [
    PriceCommands,
    PriceQueries,
    ProductTypeCommands,
    ProductTypeQueries,
    ProductCommands,
    ProductQueries,
    ProductReactions,
    RetainedOwnerReactions,
    ResourceCommands,
    ResourceQueries,
    ResourceReactions,
    TransferCommands,
    TransferQueries,
  ],
  providers: [TransferJobs],
})
class ProductsModule {}

/** The catalogue, the products of organizations with their resources and blocks, and transfers of products. */
export const productsService: ServiceDefinition<typeof ProductsConfig> = {
  name: 'products',
  config: ProductsConfig,
  entities: [ProductTypeSchema, ProductSchema, ResourceSchema, TransferSchema],
  migrations: [products0001, products0002, products0003],
  expiringRows: [expiringAttemptCounts],
  module: ProductsModule,
};
