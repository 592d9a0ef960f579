import { listProductBilling } from '@cordee/contracts/billing/product-billing';
import { issueRenewalProForma } from '@cordee/contracts/billing/renewal-pro-forma';
import { lifeCyclePlan } from '@cordee/calendar/due-plan';
import type { BankCalendar } from '@cordee/calendar/bank-holidays';
import { addDays, type LocalDate } from '@cordee/calendar/local-date';
import type { Input, Output } from '@cordee/contracts/contract';
import { inputError } from '@cordee/contracts/input-error';
import type { orderRenewals } from '@cordee/contracts/renewals/renewal';
import type { RpcClient } from '@cordee/messaging/rpc-client';
import type { CommandContext } from '@cordee/service/handler-decorators';
import { Renewal } from './renewal.entity.ts';

interface Options {
  readonly rpc: RpcClient;
  readonly calendar: BankCalendar;
  readonly today: LocalDate;
}

/**
 * Asks billing for a pro forma for the next periods of the selected products, one per currency and billing address
 * (REN-1). Products outside of the scope of VAT have a pro forma of their own (DOC-8). The address in the input
 * replaces the addresses of the products.
 */
export async function requestProFormas(
  { em, call }: CommandContext,
  { organizationId, productIds, addressId }: Input<typeof orderRenewals>,
  { rpc, calendar, today }: Options,
): Promise<Output<typeof orderRenewals>> {
  const selectedIds = [...new Set(productIds)];
  const renewals = await em.find(Renewal, { organizationId, productId: { $in: selectedIds } });
  const renewalsByProduct = new Map(renewals.map((renewal) => [renewal.productId, renewal]));
  /** The last day on which the product can be renewed: the day before its termination. */
  const lastRenewalDayOf = (renewal: Renewal): LocalDate =>
    addDays(lifeCyclePlan(renewal.periodEnd, renewal.interval, calendar).terminationDate, -1);
  const pointersWhere = (isWrong: (renewal: Renewal | undefined) => boolean): string[] =>
    productIds.flatMap((id, index) => (isWrong(renewalsByProduct.get(id)) ? [`/productIds/${index}`] : []));
  const missingPointers = pointersWhere((renewal) => renewal === undefined);
  if (missingPointers.length > 0)
    throw inputError('RENEWAL_NOT_FOUND', missingPointers, 'the organization has no such product');
  const endingPointers = pointersWhere((renewal) => renewal!.endsOn != null);
  if (endingPointers.length > 0) throw inputError('PRODUCT_ENDS', endingPointers, 'ends, so it cannot be renewed');
  const expiredPointers = pointersWhere((renewal) => lastRenewalDayOf(renewal!) < today);
  if (expiredPointers.length > 0) throw inputError('RENEWAL_EXPIRED', expiredPointers, 'can no longer be renewed');

  const addressIds = addressId
    ? new Map<string, `adr_${string}`>()
    : await loadAddressIds(rpc, call, organizationId, selectedIds);
  const groups = Map.groupBy(
    selectedIds.map((id) => renewalsByProduct.get(id)!),
    ({ productId, currency }) => `${currency}/${addressIds.get(productId) ?? ''}`,
  );
  const proFormas: Output<typeof orderRenewals>['proFormas'] = [];
  for (const [groupKey, renewalsOfGroup] of [...groups].sort(([left], [right]) => (left < right ? -1 : 1))) {
    const { productId: firstId, currency } = renewalsOfGroup[0]!;
    const { relatedProForma, ...proForma } = await rpc.call(
      issueRenewalProForma,
      {
        organizationId,
        addressId: addressId ?? addressIds.get(firstId),
        currency,
        validUntil: renewalsOfGroup.map(lastRenewalDayOf).sort()[0]!,
        periods: renewalsOfGroup.map((renewal) => {
          const { productId, type, name, interval } = renewal;
          const { start: periodStart, end: periodEnd } = renewal.nextPeriod();
          return { productId, type, name, interval, periodStart, periodEnd };
        }),
      },
      // A repeated request gets the same pro formas.
      { causedBy: call, idempotencyKey: `${call.idempotencyKey}/${groupKey}` },
    );
    proFormas.push(proForma, ...(relatedProForma ? [relatedProForma] : []));
  }
  return { proFormas };
}

/** Loads the billing addresses of products; a product with the default address has no entry. */
async function loadAddressIds(
  rpc: RpcClient,
  call: CommandContext['call'],
  organizationId: `org_${string}`,
  productIds: readonly `prd_${string}`[],
): Promise<Map<string, `adr_${string}`>> {
  const { data, defaultAddressId } = await rpc.call(
    listProductBilling,
    { organizationId, productIds: [...productIds] },
    { causedBy: call },
  );
  return new Map(
    data.flatMap(({ productId, addressId }) =>
      addressId && addressId !== defaultAddressId ? [[productId, addressId] as const] : [],
    ),
  );
}
