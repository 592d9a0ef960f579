import { firstPeriod } from '@cordee/calendar/period';
import { cancelOrder, createOrder } from '@cordee/contracts/billing/order';
import type { Input, Output } from '@cordee/contracts/contract';
import { newId } from '@cordee/contracts/id';
import { DomainError } from '@cordee/contracts/domain-error';
import { inputError } from '@cordee/contracts/input-error';
import { RpcClient } from '@cordee/messaging/rpc-client';
import { insertRows } from '@cordee/service/database/insert-rows';
import { Handles, type CommandContext } from '@cordee/service/handler-decorators';
import { Controller, Inject } from '@nestjs/common';
import { findAddress } from '../addresses/find-address.ts';
import { deleteProductBilling, storeProductBilling } from '../addresses/product-billing.ts';
import { linesFor, totalsOf, withVat } from '../documents/document-line.ts';
import { vatFactsOf, readBuyerVatRecords } from '../vat/buyer-facts.ts';
import { decideVatOfOrder } from '../vat/decide-vat.ts';
import { divideByScope } from '../vat/divide-by-scope.ts';
import { issueProFormas } from '../documents/issue-pro-forma.ts';
import { ProForma } from '../documents/pro-forma.entity.ts';
import { lockPrepaidAccountAndRead } from '../ledger/prepaid-account.ts';
import { payOldestInvoices } from '../payments/pay-from-prepaid.ts';
import { releaseReservedPrepaid } from '../payments/prepaid-reservation.ts';
import { Seller } from '../seller/seller.ts';
import { fetchPricesAndBuyer } from './fetch-prices-and-buyer.ts';
import { findOrder } from './find-order.ts';
import { Order, type OrderLine } from './order.entity.ts';

@Controller()
export class OrderCommands {
  constructor(
    @Inject(Seller) private readonly seller: Seller,
    @Inject(RpcClient) private readonly rpc: RpcClient,
  ) {}

  @Handles(createOrder)
  async createOrder(input: Input<typeof createOrder>, context: CommandContext): Promise<Output<typeof createOrder>> {
    const { em, now, call } = context;
    const { organizationId, currency } = input;
    const [address, vatRecords] = await Promise.all([
      findAddress(em, organizationId, input.addressId),
      readBuyerVatRecords(em, organizationId),
    ]);
    const today = this.seller.today(now);
    const { quotes, language, legalForm } = await fetchPricesAndBuyer(this.rpc, call, {
      organizationId,
      currency,
      on: today,
      for: 'order',
      lines: input.lines,
      language: address.language ?? null,
    });
    const products = input.lines.map((line, index) => ({
      ...line,
      ...quotes[index]!,
      // The quote's `name` is the name of the product type; the product has the name of the line.
      name: line.name,
      text: `${quotes[index]!.name} ${line.name}`,
      costCentre: line.costCentre || null,
      productId: newId('prd', now),
    }));
    const invalidIndex = products.findIndex(({ isWarranted, canOrderWarranty }) => isWarranted && !canOrderWarranty);
    if (invalidIndex >= 0)
      throw inputError(
        'WARRANTY_NOT_AVAILABLE',
        `/lines/${invalidIndex}/isWarranted`,
        'is not available for this product type',
      );

    const facts = vatFactsOf(address, { ...vatRecords, legalForm, now });
    const parts = divideByScope(products, () => decideVatOfOrder(facts, this.seller.vatRegistrations, today), {
      facts,
      taxPoint: today,
    }).map(({ vatDecision, products: productsOfPart }) => ({
      id: newId('pfm', now),
      orderId: newId('ord', now),
      vatDecision,
      products: productsOfPart,
      lines: withVat(
        productsOfPart.flatMap((product) =>
          linesFor(product, firstPeriod({ anchor: today, interval: product.interval }), vatDecision),
        ),
        currency,
      ),
    }));
    const orders = parts.map(({ id: proFormaId, orderId, products: productsOfPart, lines }, index) =>
      em.create(
        Order,
        {
          organizationId,
          id: orderId,
          status: 'pending',
          currency,
          proFormaId,
          // There are two parts at most.
          relatedOrderId: parts[1 - index]?.orderId ?? null,
          total: this.seller.totalOf(totalsOf(lines, currency).gross.amount, currency),
          createdAt: now,
          lines: productsOfPart.map(
            ({ productId, type, name, interval, price, isAutomaticRenewal, isWarranted }): OrderLine => ({
              productId,
              type,
              name,
              interval,
              price,
              isAutomaticRenewal,
              isWarranted,
            }),
          ),
        },
        { persist: false },
      ),
    );
    insertRows(em, orders);
    storeProductBilling(em, organizationId, input.addressId, products);
    await issueProFormas(
      { em, now, publish: context.publish, seller: this.seller },
      { organizationId, currency, language, address },
      parts,
    );
    return orders[0]!.view();
  }

  @Handles(cancelOrder)
  async cancelOrder(
    input: Input<typeof cancelOrder>,
    { em, now, publish }: CommandContext,
  ): Promise<Output<typeof cancelOrder>> {
    const context = { em, now, publish, seller: this.seller };
    const { organizationId } = input;
    // The lock waits until a concurrent payment of the order is committed.
    const order = await lockPrepaidAccountAndRead(em, organizationId, now, () => findOrder(em, input));
    const proForma = await em.findOne(ProForma, { organizationId, id: order.proFormaId });
    if (!proForma) throw new DomainError('ORDER_NOT_FOUND');
    order.cancel();
    proForma.cancel();
    if (proForma.reservationId) {
      await releaseReservedPrepaid(context, proForma);
      await payOldestInvoices(context, organizationId, proForma.currency);
    }
    deleteProductBilling(
      em,
      organizationId,
      order.lines.map(({ productId }) => productId),
    );
    return order.view();
  }
}
