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

/** Rights that the catalogue gains can be given at once, and those that it retires no longer. Prices are of no concern here. */
@Controller()
export class CatalogueReactions {
  constructor(@Inject(Catalogue) private readonly catalogue: Catalogue) {}

  @Consumes(productTypeCreated)
  async onTypeCreated(_: CloudEvent, context: ReactionContext): Promise<void> {
    this.forget(context);
  }

  @Consumes(productTypeChanged)
  async onTypeChanged(_: CloudEvent, context: ReactionContext): Promise<void> {
    this.forget(context);
  }

  @Consumes(productTypeRetired)
  async onTypeRetired(_: CloudEvent, context: ReactionContext): Promise<void> {
    this.forget(context);
  }

  @Consumes(productTypeReinstated)
  async onTypeReinstated(_: CloudEvent, context: ReactionContext): Promise<void> {
    this.forget(context);
  }

  private forget({ afterCommit }: ReactionContext): void {
    afterCommit(() => this.catalogue.invalidate());
  }
}
