import {
  productTypeChanged,
  productTypeCreated,
  productTypeReinstated,
  productTypeRetired,
} from '@cordee/contracts/products/product-type';
import type { CloudEvent } from '@cordee/contracts/cloud-event';
import { Consumes, type ReactionContext } from '@cordee/service/handler-decorators';
import { Controller, Inject } from '@nestjs/common';
import { Catalogue } from './catalogue.ts';

/**
 * Drops the cached catalogue when product types change, so that added and retired rights take effect at once. Price
 * changes are ignored, because this service uses no prices.
 */
@Controller()
export class CatalogueReactions {
  constructor(@Inject(Catalogue) private readonly catalogue: Catalogue) {}

  @Consumes(productTypeCreated)
  async onTypeCreated(_: CloudEvent, context: ReactionContext): Promise<void> {
    this.invalidate(context);
  }

  @Consumes(productTypeChanged)
  async onTypeChanged(_: CloudEvent, context: ReactionContext): Promise<void> {
    this.invalidate(context);
  }

  @Consumes(productTypeRetired)
  async onTypeRetired(_: CloudEvent, context: ReactionContext): Promise<void> {
    this.invalidate(context);
  }

  @Consumes(productTypeReinstated)
  async onTypeReinstated(_: CloudEvent, context: ReactionContext): Promise<void> {
    this.invalidate(context);
  }

  private invalidate({ afterCommit }: ReactionContext): void {
    afterCommit(() => this.catalogue.invalidate());
  }
}
