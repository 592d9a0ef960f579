import { localDateIn } from '@cordee/calendar/local-date';
import {
  changeProductType,
  createProductType,
  reinstateProductType,
  retireProductType,
  type TypeValues,
} from '@cordee/contracts/products/product-type';
import type { Input, Output } from '@cordee/contracts/contract';
import { DomainError } from '@cordee/contracts/domain-error';
import { assertVersion } from '@cordee/contracts/if-match';
import { Handles, type CommandContext } from '@cordee/service/handler-decorators';
import { CONFIG } from '@cordee/service/service-host';
import { Controller, Inject } from '@nestjs/common';
import type { ProductsConfig } from '../config.ts';
import { assertKnownKindsAndRights } from './assert-known-kinds-and-rights.ts';
import { lockProductType } from './lock-product-type.ts';
import { ProductType } from './product-type.entity.ts';
import { selectCatalogue, type CatalogueEntryView } from './select-catalogue.ts';
import { putPrice } from './put-price.ts';
import { writeRights } from './write-rights.ts';

/** Commands with which staff maintain the catalogue (PROD-1). */
@Controller()
export class ProductTypeCommands {
  constructor(@Inject(CONFIG) private readonly config: ProductsConfig) {}

  @Handles(createProductType)
  async createProductType(
    input: Input<typeof createProductType>,
    context: CommandContext,
  ): Promise<Output<typeof createProductType>> {
    const { em, publish } = context;
    const {
      key,
      name,
      translatedNames,
      vatClass,
      canOrderWarranty,
      blockedStatus,
      firstResourceKind,
      productRights,
      resourceRights,
      prices,
    } = input;
    const [existingType, [positionRow]] = await Promise.all([
      em.findOne(ProductType, { key }),
      em.execute<{ next: number }[]>(`select coalesce(max(position), 0) + 1 as next from product_type`),
    ]);
    if (existingType) throw new DomainError('PRODUCT_TYPE_KEY_TAKEN');
    const type = em.create(ProductType, {
      key,
      name,
      translatedNames,
      vatClass,
      canOrderWarranty,
      blockedStatus,
      firstResourceKind,
      position: positionRow!.next,
      isRetired: false,
      version: 1,
    });
    await em.flush();
    writeRights(em, key, { productRights, resourceRights });
    const entry = await this.selectEntry(context, key);
    assertKnownKindsAndRights({ firstResourceKind, resourceRights });
    await publish(type.created(valuesOf(entry)));
    const today = this.today(context);
    for (const [index, price] of prices.entries())
      await putPrice(context, today, { type: key, ...price }, `/prices/${index}`);
    return this.selectEntry(context, key);
  }

  @Handles(changeProductType)
  async changeProductType(
    { key, ifMatch, ...changes }: Input<typeof changeProductType>,
    context: CommandContext,
  ): Promise<Output<typeof changeProductType>> {
    const { em, publish } = context;
    const type = await lockProductType(em, key);
    assertVersion(ifMatch, type.version);
    const before = valuesOf(await this.selectEntry(context, key));
    assertKnownKindsAndRights({ ...before, ...withoutUndefined(changes) });
    type.change(changes);
    await em.flush();
    writeRights(em, key, changes);
    const changedEvent = type.changed(before, valuesOf(await this.selectEntry(context, key)));
    if (changedEvent) await publish(changedEvent);
    return this.selectEntry(context, key);
  }

  @Handles(retireProductType)
  async retireProductType(
    { key, ifMatch }: Input<typeof retireProductType>,
    context: CommandContext,
  ): Promise<Output<typeof retireProductType>> {
    const type = await lockProductType(context.em, key);
    assertVersion(ifMatch, type.version);
    const retiredEvent = type.retire();
    if (retiredEvent) await context.publish(retiredEvent);
    return this.selectEntry(context, key);
  }

  @Handles(reinstateProductType)
  async reinstateProductType(
    { key, ifMatch }: Input<typeof reinstateProductType>,
    context: CommandContext,
  ): Promise<Output<typeof reinstateProductType>> {
    const type = await lockProductType(context.em, key);
    assertVersion(ifMatch, type.version);
    const reinstatedEvent = type.reinstate();
    if (reinstatedEvent) await context.publish(reinstatedEvent);
    return this.selectEntry(context, key);
  }

  private today({ now }: CommandContext): string {
    return localDateIn(this.config.SELLER_ZONE, now);
  }

  private async selectEntry(context: CommandContext, key: string): Promise<CatalogueEntryView> {
    const [entry] = await selectCatalogue(context.em, this.today(context), { key });
    return entry!;
  }
}

const valuesOf = ({
  name,
  translatedNames,
  vatClass,
  canOrderWarranty,
  blockedStatus,
  firstResourceKind,
  productRights,
  resourceRights,
}: CatalogueEntryView): TypeValues => ({
  name,
  translatedNames,
  vatClass,
  canOrderWarranty,
  blockedStatus,
  firstResourceKind,
  productRights,
  resourceRights,
});

const withoutUndefined = <T extends object>(changes: T): { [K in keyof T]: Exclude<T[K], undefined> } =>
  Object.fromEntries(Object.entries(changes).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]: Exclude<T[K], undefined>;
  };
