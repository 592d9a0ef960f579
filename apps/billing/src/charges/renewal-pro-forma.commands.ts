import { issueRenewalProForma } from '@cordee/contracts/billing/renewal-pro-forma';
import type { Input, Output } from '@cordee/contracts/contract';
import { inputError } from '@cordee/contracts/input-error';
import { newId } from '@cordee/contracts/id';
import { RpcClient } from '@cordee/messaging/rpc-client';
import { Handles, type CommandContext } from '@cordee/service/handler-decorators';
import { Controller, Inject } from '@nestjs/common';
import { findAddress } from '../addresses/find-address.ts';
import { readProductBilling } from '../addresses/product-billing.ts';
import { vatFactsOf, readBuyerVatRecords } from '../vat/buyer-facts.ts';
import { decideVatOfOrder } from '../vat/decide-vat.ts';
import { divideByScope } from '../vat/divide-by-scope.ts';
import { linesFor, withVat } from '../documents/document-line.ts';
import { issueProFormas } from '../documents/issue-pro-forma.ts';
import { lockPrepaidAccountAndRead } from '../ledger/prepaid-account.ts';
import { payOldestInvoices } from '../payments/pay-from-prepaid.ts';
import { findReservedRenewals } from '../payments/prepaid-reservation.ts';
import { fetchPricesAndBuyer } from '../orders/fetch-prices-and-buyer.ts';
import { Seller } from '../seller/seller.ts';
import { cancelRenewals, findChargedProductIds } from './pro-forma-charges.ts';

@Controller()
export class RenewalProFormaCommands {
  constructor(
    @Inject(Seller) private readonly seller: Seller,
    @Inject(RpcClient) private readonly rpc: RpcClient,
  ) {}

  /** A newer pro forma for a product replaces the older ones, so that a period cannot be paid twice. */
  @Handles(issueRenewalProForma)
  async issueRenewalProForma(
    { organizationId, addressId, currency, validUntil, periods }: Input<typeof issueRenewalProForma>,
    { em, now, publish, call }: CommandContext,
  ): Promise<Output<typeof issueRenewalProForma>> {
    const today = this.seller.today(now);
    const productIds = periods.map(({ productId }) => productId);
    const [address, settings, vatRecords] = await Promise.all([
      findAddress(em, organizationId, addressId),
      readProductBilling(em, organizationId, productIds),
      readBuyerVatRecords(em, organizationId),
    ]);
    const { quotes, language, legalForm } = await fetchPricesAndBuyer(this.rpc, call, {
      organizationId,
      currency,
      on: today,
      for: 'renewal',
      lines: periods,
      language: address.language ?? null,
    });
    const facts = vatFactsOf(address, { ...vatRecords, legalForm, now });
    const products = periods.map((period, index) => {
      const { name: typeName, price, vatClass } = quotes[index]!;
      return { ...period, costCentre: settings[index]!.costCentre, typeName, price, vatClass };
    });
    const parts = divideByScope(products, () => decideVatOfOrder(facts, this.seller.vatRegistrations, today), {
      facts,
      taxPoint: today,
    }).map(({ vatDecision, products: productsOfPart }) => ({
      id: newId('pfm', now),
      orderId: null,
      vatDecision,
      lines: withVat(
        productsOfPart.flatMap(({ productId, typeName, name, costCentre, interval, price, vatClass, ...period }) =>
          linesFor(
            { productId, text: `${typeName} ${name}`, costCentre, interval, price, vatClass },
            { start: period.periodStart, end: period.periodEnd },
            vatDecision,
          ),
        ),
        currency,
      ),
    }));
    const [chargedProductIds, reservedRenewals] = await lockPrepaidAccountAndRead(em, organizationId, now, () =>
      Promise.all([
        findChargedProductIds(em, organizationId, periods),
        findReservedRenewals(em, organizationId, productIds),
      ]),
    );
    const chargedPointers = periods.flatMap(({ productId }, index) =>
      chargedProductIds.has(productId) ? [`/periods/${index}`] : [],
    );
    if (chargedPointers.length > 0) throw inputError('PERIOD_CHARGED', chargedPointers, 'is already charged');
    const context = { em, now, publish, seller: this.seller };
    for (const releasedCurrency of await cancelRenewals(context, organizationId, productIds, reservedRenewals))
      await payOldestInvoices(context, organizationId, releasedCurrency);
    const proFormas = await issueProFormas(context, { organizationId, currency, language, address, validUntil }, parts);
    const [proForma, relatedProForma = null] = proFormas.map((issued, index) => issued.view(parts[index]!.lines));
    return { ...proForma!, relatedProForma };
  }
}
