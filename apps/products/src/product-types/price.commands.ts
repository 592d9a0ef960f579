import { localDateIn } from '@cordee/calendar/local-date';
import { priceWithdrawn, setPrice, withdrawPrice } from '@cordee/contracts/products/price';
import type { Input, Output } from '@cordee/contracts/contract';
import { DomainError } from '@cordee/contracts/domain-error';
import { domainEvent } from '@cordee/outbox/publish';
import { Handles, type CommandContext } from '@cordee/service/handler-decorators';
import { CONFIG } from '@cordee/service/service-host';
import { Controller, Inject } from '@nestjs/common';
import type { ProductsConfig } from '../config.ts';
import { lockProductType } from './lock-product-type.ts';
import { findPriceVersion, putPrice } from './put-price.ts';

@Controller()
export class PriceCommands {
  constructor(@Inject(CONFIG) private readonly config: ProductsConfig) {}

  @Handles(setPrice)
  async setPrice(input: Input<typeof setPrice>, context: CommandContext): Promise<Output<typeof setPrice>> {
    await lockProductType(context.em, input.type);
    await putPrice(context, this.today(context), input);
    return (await findPriceVersion(context.em, input))!;
  }

  @Handles(withdrawPrice)
  async withdrawPrice(
    input: Input<typeof withdrawPrice>,
    context: CommandContext,
  ): Promise<Output<typeof withdrawPrice>> {
    const { type, currency, interval, validFrom } = input;
    const { em, publish } = context;
    await lockProductType(em, type);
    const version = await findPriceVersion(em, input);
    if (!version) throw new DomainError('PRICE_NOT_FOUND');
    if (validFrom <= this.today(context)) throw new DomainError('PRICE_STARTED');
    await em.execute(
      `delete from price where product_type = ? and currency = ? and price.interval = ? and valid_from = ?::date`,
      [type, currency, interval, validFrom],
    );
    await publish(domainEvent(priceWithdrawn, { type, interval, price: version.price, validFrom }));
    return {};
  }

  private today({ now }: CommandContext): string {
    return localDateIn(this.config.SELLER_ZONE, now);
  }
}
