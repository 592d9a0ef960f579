import type { ServiceDefinition } from '@cordee/service/service-definition';
import { Module } from '@nestjs/common';
import { ProductsConfig } from './config.ts';
import { products0001 } from './migrations/0001-products.ts';
import { products0002 } from './migrations/0002-catalogue.ts';
import { ProductTypeQueries } from './product-types/product-type.queries.ts';
import { ProductCommands } from './products/product.commands.ts';
import { ProductSchema } from './products/product.entity.ts';
import { ProductQueries } from './products/product.queries.ts';
import { ProductReactions } from './products/product.reactions.ts';
import { ResourceCommands } from './resources/resource.commands.ts';
import { ResourceSchema } from './resources/resource.entity.ts';
import { ResourceQueries } from './resources/resource.queries.ts';
import { ResourceReactions } from './resources/resource.reactions.ts';

@Module({ controllers: [ProductTypeQueries, ProductCommands, ProductQueries, ProductReactions, ResourceCommands, ResourceQueries, ResourceReactions] })
class ProductsModule {}

/** The catalogue, the products of organizations with their resources, and their blocks. */
export const productsService: ServiceDefinition<typeof ProductsConfig> = {
  name: 'products',
  config: ProductsConfig,
  entities: [ProductSchema, ResourceSchema],
  migrations: [products0001, products0002],
  module: ProductsModule,
};
