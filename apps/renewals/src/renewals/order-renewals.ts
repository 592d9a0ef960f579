import { issueRenewalProForma } from '@cordee/contracts/billing/renewal-pro-forma';
import { lifeCyclePlan } from '@cordee/calendar/due-plan';
import type { BankCalendar } from '@cordee/calendar/bank-holidays';
import { addDays, type LocalDate } from '@cordee/calendar/local-date';
import type { Input, Output } from '@cordee/contracts/contract';
import { inputError } from '@cordee/contracts/input-error';
import type { orderRenewals as contract } from '@cordee/contracts/renewals/renewal';
import type { RpcClient } from '@cordee/messaging/rpc-client';
import type { CommandContext } from '@cordee/service/handler-decorators';
import { Renewal } from './renewal.entity.ts';

interface Options {
  readonly rpc: RpcClient;
  readonly calendar: BankCalendar;
  readonly today: LocalDate;
}

/** Asks billing for a pro forma for the next periods of the selected products, one per currency (REN-1, C-DOC-08). */
export async function orderRenewals(
  { em, call }: CommandContext,
  { organizationId, productIds, addressId }: Input<typeof contract>,
  { rpc, calendar, today }: Options,
): Promise<Output<typeof contract>> {
  const selectedIds = [...new Set(productIds)];
  const renewals = await em.find(Renewal, { organizationId, productId: { $in: selectedIds } });
  const renewalsByProduct = new Map(renewals.map((renewal) => [renewal.productId, renewal]));
  /** The last day on which the product can be renewed: the day before its termination. */
  const lastRenewalDayOf = (renewal: Renewal): LocalDate =>
    addDays(lifeCyclePlan(renewal.periodEnd, renewal.interval, calendar).terminationDate, -1);
  const pointersOf = (isWrong: (renewal: Renewal | undefined) => boolean): string[] =>
    productIds.flatMap((id, index) => (isWrong(renewalsByProduct.get(id)) ? [`/productIds/${index}`] : []));
  const missingPointers = pointersOf((renewal) => renewal === undefined);
  if (missingPointers.length > 0)
    throw inputError('RENEWAL_NOT_FOUND', missingPointers, 'the organization has no such product');
  const expiredPointers = pointersOf((renewal) => lastRenewalDayOf(renewal!) < today);
  if (expiredPointers.length > 0) throw inputError('RENEWAL_EXPIRED', expiredPointers, 'can no longer be renewed');

  const currencies = [...new Set(renewals.map(({ currency }) => currency))].sort();
  const proFormas: Output<typeof contract>['proFormas'] = [];
  for (const currency of currencies) {
    const renewalsInCurrency = selectedIds.flatMap((id) => {
      const renewal = renewalsByProduct.get(id)!;
      return renewal.currency === currency ? [renewal] : [];
    });
    proFormas.push(
      await rpc.call(
        issueRenewalProForma,
        {
          organizationId,
          addressId,
          currency,
          validUntil: renewalsInCurrency.map(lastRenewalDayOf).sort()[0]!,
          periods: renewalsInCurrency.map((renewal) => {
            const { productId, type, name, interval } = renewal;
            const { start: periodStart, end: periodEnd } = renewal.nextPeriod();
            return { productId, type, name, interval, periodStart, periodEnd };
          }),
        },
        // A repeated request gets the same pro formas.
        { causedBy: call, idempotencyKey: `${call.idempotencyKey}/${currency}` },
      ),
    );
  }
  return { proFormas };
}
