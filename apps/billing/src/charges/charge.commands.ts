import { chargePeriod } from '@cordee/contracts/billing/charge';
import type { Input, Output } from '@cordee/contracts/contract';
import { DomainError } from '@cordee/contracts/domain-error';
import { toUuid } from '@cordee/contracts/id';
import { RpcClient } from '@cordee/messaging/rpc-client';
import { Handles, type CommandContext } from '@cordee/service/handler-decorators';
import { Controller, Inject } from '@nestjs/common';
import { findBillingDetails } from '../addresses/product-billing.ts';
import { vatFactsOf, readBuyerVatRecords } from '../vat/buyer-facts.ts';
import { decideVat } from '../vat/decide-vat.ts';
import { divideByScope } from '../vat/divide-by-scope.ts';
import { linesFor, totalsOf, withVat } from '../documents/document-line.ts';
import { draftInvoice, numberInvoices } from '../documents/issue-invoice.ts';
import { lockPrepaidAccountAndRead } from '../ledger/prepaid-account.ts';
import { readPrepaidBalance } from '../ledger/prepaid-balance.ts';
import { readPrepaidSettings } from '../ledger/prepaid-settings.ts';
import { fetchPricesAndBuyer } from '../orders/fetch-prices-and-buyer.ts';
import { payOldestInvoices, spendPrepaid } from '../payments/pay-from-prepaid.ts';
import { findReservedRenewals } from '../payments/prepaid-reservation.ts';
import { Seller } from '../seller/seller.ts';
import { cancelRenewals } from './pro-forma-charges.ts';
import { findCharge } from './find-charge.ts';

@Controller()
export class ChargeCommands {
  constructor(
    @Inject(Seller) private readonly seller: Seller,
    @Inject(RpcClient) private readonly rpc: RpcClient,
  ) {}

  @Handles(chargePeriod)
  async chargePeriod(
    input: Input<typeof chargePeriod>,
    commandContext: CommandContext,
  ): Promise<Output<typeof chargePeriod>> {
    const { em, now, call } = commandContext;
    const context = { em, now, publish: commandContext.publish, seller: this.seller };
    const { organizationId, productId, currency, periodStart, periodEnd, interval } = input;
    // A repeated call returns the result of the first call (REN-3).
    const [existingCharge, billingDetails, vatRecords] = await Promise.all([
      findCharge(em, input),
      findBillingDetails(em, organizationId, productId),
      readBuyerVatRecords(em, organizationId),
    ]);
    if (existingCharge) return existingCharge;
    if (!billingDetails) throw new DomainError('ADDRESS_MISSING');
    const { address, costCentre } = billingDetails;

    const today = this.seller.today(now);
    const { quotes, language, legalForm } = await fetchPricesAndBuyer(this.rpc, call, {
      organizationId,
      currency,
      on: today,
      for: 'renewal',
      lines: [input],
      language: address.language ?? null,
    });
    // One line was requested, so there is one quote. `name` is the name of the product type.
    const { name, price, vatClass } = quotes[0]!;
    const facts = vatFactsOf(address, { ...vatRecords, legalForm, now });
    const [{ vatDecision }] = divideByScope(
      [{ vatClass }],
      () => decideVat(facts, this.seller.vatRegistrations, today),
      { facts, taxPoint: today },
    );
    const lines = withVat(
      linesFor(
        { productId, text: `${name} ${input.name}`, costCentre, interval, price, vatClass },
        { start: periodStart, end: periodEnd },
        vatDecision,
      ),
      currency,
    );
    const total = { amount: this.seller.totalOf(totalsOf(lines, currency).gross.amount, currency), currency };

    const [concurrentCharge, settings, freeBalance, reservedRenewals] = await lockPrepaidAccountAndRead(
      em,
      organizationId,
      now,
      () =>
        Promise.all([
          findCharge(em, input),
          readPrepaidSettings(em, organizationId),
          readPrepaidBalance(em, organizationId, currency),
          findReservedRenewals(em, organizationId, [productId]),
        ]),
    );
    // A concurrent call may have charged the period while this call waited for the lock.
    if (concurrentCharge) return concurrentCharge;
    // The charge replaces the pro formas of the product, so their reserved money can pay it.
    const balance = reservedRenewals
      .filter((proForma) => proForma.currency === currency)
      .reduce((sum, { reservedAmount }) => sum + reservedAmount, freeBalance);
    const canUsePrepaid = input.method === 'prepaid' || settings.paysInvoices;
    const isFree = total.amount === 0;
    const isCovered = isFree || (canUsePrepaid && balance >= total.amount);
    if (!isCovered && input.method === 'prepaid')
      return { status: 'declined', invoiceId: null, total, dueOn: null, declineReason: 'prepaid_insufficient' };
    // Prepaid pays a charge on credit at once if `paysInvoices` is on and the balance covers it (PAY-3).
    const payment = isCovered ? ({ paidOn: today, method: 'prepaid' } as const) : undefined;
    const heldUntil = isCovered ? null : input.heldUntil;
    const draft = draftInvoice(context, {
      organizationId,
      currency,
      language,
      vatDecision,
      buyer: address.copy(),
      addressId: address.id,
      orderId: null,
      proFormaId: null,
      proFormaNumber: null,
      heldUntil,
      lines,
      ...(payment && { payment }),
    });
    const { invoice } = draft;
    const releasedCurrencies = await cancelRenewals(context, organizationId, [productId], reservedRenewals);
    if (isCovered && !isFree) spendPrepaid(context, invoice, total.amount);
    for (const each of releasedCurrencies) await payOldestInvoices(context, organizationId, each);
    const status = isCovered ? 'paid' : 'issued';
    const dueOn = invoice.dueOn;
    const [insertedRows] = await Promise.all([
      em.execute<unknown[]>(
        `insert into charge (
           organization_id, product_id, period_start, period_end, id, status, invoice_id, total, currency, due_on,
           created_at
         ) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
         on conflict do nothing returning 1`,
        [
          toUuid(organizationId),
          toUuid(productId),
          periodStart,
          periodEnd,
          toUuid(input.chargeId),
          status,
          toUuid(invoice.id),
          total.amount,
          currency,
          dueOn,
          now,
        ],
      ),
      numberInvoices(context, [draft]),
    ]);
    // No row is inserted when another organization, the previous owner of the product, was charged for the period.
    if (insertedRows.length === 0) throw new DomainError('PERIOD_CHARGED');
    return { status, invoiceId: invoice.id, total, dueOn, declineReason: null };
  }
}
