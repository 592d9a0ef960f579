import { correctVat } from '@cordee/contracts/billing/vat-correction';
import type { Input, Output } from '@cordee/contracts/contract';
import { Handles, type CommandContext } from '@cordee/service/handler-decorators';
import { Controller, Inject } from '@nestjs/common';
import { Seller } from '../seller/seller.ts';
import { correctVat as correct } from './correct-vat.ts';

@Controller()
export class VatCommands {
  constructor(@Inject(Seller) private readonly seller: Seller) {}

  @Handles(correctVat)
  correctVat(input: Input<typeof correctVat>, context: CommandContext): Promise<Output<typeof correctVat>> {
    return correct({ ...context, seller: this.seller }, input);
  }
}
