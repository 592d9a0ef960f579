import { getReceipt } from '@cordee/contracts/billing/receipt';
import type { Input, Output } from '@cordee/contracts/contract';
import { Handles, type QueryContext } from '@cordee/service/handler-decorators';
import { Controller } from '@nestjs/common';
import { readReceipt, viewReceipt } from './receipt.ts';

@Controller()
export class ReceiptQueries {
  @Handles(getReceipt)
  async getReceipt(input: Input<typeof getReceipt>, { em }: QueryContext): Promise<Output<typeof getReceipt>> {
    return viewReceipt(await readReceipt(em, input));
  }
}
