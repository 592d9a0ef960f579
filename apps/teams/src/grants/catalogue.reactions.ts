import {
  productTypeChanged,
  productTypeCreated,
  productTypeReinstated,
  productTypeRetired,
} from '@cordee/contracts/products/product-type';
import type { CloudEvent } from '@cordee/contracts/cloud-event';
import { Consumes, type ReactionContext } from '@cordee/service/handles';
import { Controller, Inject } from '@nestjs/common';
import { Catalogue } from './catalogue.ts';

/** Rights that the catalogue gains can be given at once, and those that it retires no longer. Prices are of no concern here. */
@Controller()
export class CatalogueReactions {
  constructor(@Inject(Catalogue) private readonly catalogue: Catalogue) {}

  @Consumes(productTypeCreated)
  async learnType(_: CloudEvent, context: ReactionContext): Promise<void> {
    this.forget(context);
  }

  @Consumes(productTypeChanged)
  async learnChange(_: CloudEvent, context: ReactionContext): Promise<void> {
    this.forget(context);
  }

  @Consumes(productTypeRetired)
  async learnEnd(_: CloudEvent, context: ReactionContext): Promise<void> {
    this.forget(context);
  }

  @Consumes(productTypeReinstated)
  async learnReturn(_: CloudEvent, context: ReactionContext): Promise<void> {
    this.forget(context);
  }

  private forget({ afterCommit }: ReactionContext): void {
    afterCommit(() => this.catalogue.forget());
  }
}
