import type { Input } from '@cordee/contracts/contract';
import { DomainError } from '@cordee/contracts/domain-error';
import { inputError } from '@cordee/contracts/input-error';
import { priceSet, type setPrice } from '@cordee/contracts/products/price';
import type { LocalDate } from '@cordee/calendar/local-date';
import { domainEvent } from '@cordee/outbox/publish';
import { sendAhead } from '@cordee/service/database/orm';
import type { CommandContext } from '@cordee/service/handler-decorators';
import { selectPrices, type PriceVersionView } from './select-prices.ts';

type PriceInput = Input<typeof setPrice>;

/**
 * Adds a version of a price, or replaces a version that has not started (PROD-1). The caller must have locked the
 * product type. A version with the same amount is not changed: it keeps its author and time. `pointerPrefix` is the
 * path of the price in the input of the request.
 */
export async function putPrice(
  { em, now, accountId, publish }: CommandContext,
  today: LocalDate,
  { type, currency, interval, amount, validFrom }: PriceInput,
  pointerPrefix = '',
): Promise<void> {
  const existing = await findPriceVersion(em, { type, currency, interval, validFrom });
  if (existing?.price.amount === amount) return;
  if (validFrom < today) throw inputError('PRICE_VALID_FROM_PAST', `${pointerPrefix}/validFrom`, `is before ${today}`);
  if (existing && validFrom <= today) throw new DomainError('PRICE_STARTED');
  sendAhead(
    em,
    `insert into price (product_type, currency, interval, amount, valid_from, set_by, set_at)
     values (?, ?, ?, ?, ?::date, ?, ?)
     on conflict (product_type, currency, interval, valid_from)
     do update set amount = excluded.amount, set_by = excluded.set_by, set_at = excluded.set_at`,
    [type, currency, interval, amount, validFrom, accountId, now],
  );
  await publish(
    domainEvent(priceSet, {
      type,
      interval,
      price: { amount, currency },
      validFrom,
      replaced: existing?.price ?? null,
    }),
  );
}

export async function findPriceVersion(
  em: CommandContext['em'],
  { type, currency, interval, validFrom }: Omit<PriceInput, 'amount'>,
): Promise<PriceVersionView | undefined> {
  return (await selectPrices(em, type)).find(
    (version) =>
      version.price.currency === currency && version.interval === interval && version.validFrom === validFrom,
  );
}
