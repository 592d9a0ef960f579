import { getReceipt, getReceiptDelivery } from '@cordee/contracts/billing/receipt';
import type { Input, Output } from '@cordee/contracts/contract';
import { Handles, type QueryContext } from '@cordee/service/handler-decorators';
import { Controller } from '@nestjs/common';
import { completeBuyer } from '../addresses/address.entity.ts';
import { readReceipt, viewReceipt } from './receipt.ts';

@Controller()
export class ReceiptQueries {
  @Handles(getReceipt)
  async getReceipt(input: Input<typeof getReceipt>, { em }: QueryContext): Promise<Output<typeof getReceipt>> {
    return viewReceipt(await readReceipt(em, input));
  }

  @Handles(getReceiptDelivery)
  async getReceiptDelivery(
    input: Input<typeof getReceiptDelivery>,
    { em }: QueryContext,
  ): Promise<Output<typeof getReceiptDelivery>> {
    const row = await readReceipt(em, input);
    // Without a billing address, nobody gets the receipt by mail.
    const { mailboxes, delivery } =
      'street' in row.buyer ? completeBuyer(row.buyer) : { mailboxes: [], delivery: 'mail_with_link' as const };
    return { receipt: viewReceipt(row), mailboxes, delivery };
  }
}
