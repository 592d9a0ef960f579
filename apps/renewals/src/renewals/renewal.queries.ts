import { describeRenewal, listRenewals, simulateRenewals } from '@cordee/contracts/renewals/renewal';
import { listProductBilling } from '@cordee/contracts/billing/product-billing';
import { quotePrices } from '@cordee/contracts/products/product-type';
import type { Input, Output } from '@cordee/contracts/contract';
import { DomainError } from '@cordee/contracts/domain-error';
import type { MoneyValue } from '@cordee/contracts/values';
import { dateAfterMonths } from '@cordee/calendar/anchor';
import { localDateIn, type LocalDate } from '@cordee/calendar/local-date';
import type { Call } from '@cordee/messaging/call';
import { RpcClient } from '@cordee/messaging/rpc-client';
import { Handles, type QueryContext } from '@cordee/service/handler-decorators';
import { cutPage, readCursor } from '@cordee/service/list-cursor';
import { CONFIG } from '@cordee/service/service-host';
import { Controller, Inject } from '@nestjs/common';
import type { RenewalsConfig } from '../config.ts';
import { countOpenPeriods } from './open-periods.ts';
import { remainingAttempts } from './remaining-attempts.ts';
import { Renewal } from './renewal.entity.ts';
import { RenewalSortKey, selectRenewals, type ListedRenewal } from './select-renewals.ts';
import { simulatePlan } from './simulate-plan.ts';

/** The billing address and the cost centre of a product. */
type BillingSettings = Pick<Output<typeof listRenewals>['data'][number], 'addressId' | 'costCentre'>;

@Controller()
export class RenewalQueries {
  constructor(
    @Inject(CONFIG) private readonly config: RenewalsConfig,
    @Inject(RpcClient) private readonly rpc: RpcClient,
  ) {}

  @Handles(listRenewals)
  async listRenewals(
    { organizationId, within, limit, cursor }: Input<typeof listRenewals>,
    { em, call: listCall, now }: QueryContext,
  ): Promise<Output<typeof listRenewals>> {
    const today = localDateIn(this.config.SELLER_ZONE, now);
    // By default, lists the renewals that are due within two months (REN-1).
    const until = within === 'all' ? undefined : dateAfterMonths(today, 2);
    const after = readCursor(RenewalSortKey, cursor);
    const { rows: renewals, nextCursor } = cutPage(
      await selectRenewals(em, organizationId, { until, after, limit: limit + 1 }),
      limit,
      ({ periodEnd, productId }) => [periodEnd, productId],
    );
    const [prices, billingSettingsOf] = await Promise.all([
      this.loadPrices(renewals, today, listCall),
      this.loadBillingSettings(organizationId, renewals, listCall),
    ]);
    return {
      data: renewals.map((renewal) => ({
        productId: renewal.productId,
        type: renewal.type,
        name: renewal.name,
        interval: renewal.interval,
        periodStart: renewal.periodStart,
        dueOn: renewal.periodEnd,
        amount: prices.get(`${renewal.type} ${renewal.interval} ${renewal.currency}`) ?? null,
        isAutomatic: renewal.isAutomatic,
        isWarranted: renewal.isWarranted,
        nextAttemptOn: renewal.hasExpired ? null : (remainingAttempts(renewal)[0] ?? null),
        openPeriods: renewal.openPeriodCount,
        endsOn: renewal.endsOn,
        ...billingSettingsOf(renewal.productId),
      })),
      nextCursor,
    };
  }

  @Handles(simulateRenewals)
  async simulateRenewals(
    { organizationId }: Input<typeof simulateRenewals>,
    { em, now, call: { language } }: QueryContext,
  ): Promise<Output<typeof simulateRenewals>> {
    const today = localDateIn(this.config.SELLER_ZONE, now);
    const [renewals, openPeriodCounts] = await Promise.all([
      em.find(Renewal, { organizationId }),
      countOpenPeriods(em, organizationId),
    ]);
    const steps = renewals.flatMap((renewal) =>
      simulatePlan(
        renewal,
        openPeriodCounts.get(renewal.productId) ?? 0,
        today,
        this.config.SELLER_BANK_CALENDAR,
        language,
      ).map((step) => ({
        ...step,
        productId: renewal.productId,
        name: renewal.name,
      })),
    );
    return { data: steps.sort((left, right) => (left.on < right.on ? -1 : left.on > right.on ? 1 : 0)) };
  }

  @Handles(describeRenewal)
  async describeRenewal(
    { organizationId, productId }: Input<typeof describeRenewal>,
    { em }: QueryContext,
  ): Promise<Output<typeof describeRenewal>> {
    const [renewal, openPeriodCounts] = await Promise.all([
      em.findOne(Renewal, { organizationId, productId }),
      countOpenPeriods(em, organizationId, productId),
    ]);
    if (!renewal) throw new DomainError('RENEWAL_NOT_FOUND');
    return {
      terms: renewal.terms(),
      isAutomatic: renewal.isAutomatic,
      isWarranted: renewal.isWarranted,
      openPeriods: openPeriodCounts.get(productId) ?? 0,
    };
  }

  /** Loads the billing addresses and cost centres of renewals. */
  private async loadBillingSettings(
    organizationId: `org_${string}`,
    renewals: readonly ListedRenewal[],
    listCall: Call,
  ): Promise<(productId: `prd_${string}`) => BillingSettings> {
    if (renewals.length === 0) return () => ({ addressId: null, costCentre: null });
    const { defaultAddressId, data } = await this.rpc.call(
      listProductBilling,
      { organizationId, productIds: renewals.map(({ productId }) => productId) },
      { causedBy: listCall },
    );
    const settings = new Map(data.map((each) => [each.productId, each]));
    return (productId) => ({
      addressId: settings.get(productId)?.addressId ?? defaultAddressId,
      costCentre: settings.get(productId)?.costCentre ?? null,
    });
  }

  /** Loads net prices by `type interval currency`. A product type that is no longer sold has no price. */
  private async loadPrices(
    renewals: readonly ListedRenewal[],
    priceDate: LocalDate,
    listCall: Call,
  ): Promise<Map<string, MoneyValue>> {
    const prices = new Map<string, MoneyValue>();
    const pricedTypes = new Map(
      renewals.map(({ type, interval, currency }) => [`${type} ${interval} ${currency}`, { type, interval, currency }]),
    );
    const priceLoads = [...pricedTypes].map(async ([key, { type, interval, currency }]) => {
      const quote = await this.rpc
        .call(
          quotePrices,
          { currency, on: priceDate, for: 'renewal', lines: [{ type, interval }] },
          { causedBy: listCall },
        )
        .catch((error: unknown) => {
          if (error instanceof DomainError && (error.code === 'PRICE_MISSING' || error.code === 'PRODUCT_TYPE_UNKNOWN'))
            return undefined;
          throw error;
        });
      if (quote) prices.set(key, quote.lines[0]!.price);
    });
    await Promise.all(priceLoads);
    return prices;
  }
}
