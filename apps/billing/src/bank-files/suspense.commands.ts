import { assignSuspense, returnSuspense, writeOffSuspense } from '@cordee/contracts/billing/suspense';
import type { Input, Output } from '@cordee/contracts/contract';
import { Handles, type CommandContext } from '@cordee/service/handler-decorators';
import { Controller, Inject } from '@nestjs/common';
import { Seller } from '../seller/seller.ts';
import {
  assignSuspense as assign,
  returnSuspense as returnMoney,
  writeOffSuspense as writeOff,
} from './resolve-suspense.ts';

@Controller()
export class SuspenseCommands {
  constructor(@Inject(Seller) private readonly seller: Seller) {}

  @Handles(assignSuspense)
  assignSuspense(
    { bookingId, reason, ...assignment }: Input<typeof assignSuspense>,
    { em, now, publish, accountId }: CommandContext,
  ): Promise<Output<typeof assignSuspense>> {
    return assign({ em, now, publish, seller: this.seller }, bookingId, assignment, { accountId, reason });
  }

  @Handles(returnSuspense)
  returnSuspense(
    { bookingId, reason, ...payer }: Input<typeof returnSuspense>,
    { em, now, publish, accountId }: CommandContext,
  ): Promise<Output<typeof returnSuspense>> {
    return returnMoney({ em, now, publish, seller: this.seller }, bookingId, payer, { accountId, reason });
  }

  @Handles(writeOffSuspense)
  writeOffSuspense(
    { bookingId, reason }: Input<typeof writeOffSuspense>,
    { em, now, publish, accountId }: CommandContext,
  ): Promise<Output<typeof writeOffSuspense>> {
    return writeOff({ em, now, publish, seller: this.seller }, bookingId, { accountId, reason });
  }
}
