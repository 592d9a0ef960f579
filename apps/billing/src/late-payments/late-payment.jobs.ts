import { AccessCache } from '@cordee/access/access-cache';
import { RpcClient } from '@cordee/messaging/rpc-client';
import { BackgroundTransactions } from '@cordee/service/background-transactions';
import { Jobs } from '@cordee/service/jobs';
import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { Seller } from '../seller/seller.ts';
import { decideLatePayment } from './decide-late-payment.ts';

const EVERY_MS = 5_000;
/** Older bookings have a decision, unless no worker ran for this time. */
const SEARCH_PERIOD_MS = 30 * 24 * 3_600_000;

/** Decides on payments that arrived after their pro forma had expired (DOC-4). */
@Injectable()
export class LatePaymentJobs implements OnModuleInit {
  constructor(
    @Inject(Jobs) private readonly jobs: Jobs,
    @Inject(BackgroundTransactions) private readonly background: BackgroundTransactions,
    @Inject(RpcClient) private readonly rpc: RpcClient,
    @Inject(AccessCache) private readonly access: AccessCache,
    @Inject(Seller) private readonly seller: Seller,
  ) {}

  onModuleInit(): void {
    const { background, rpc, access, seller } = this;
    this.jobs.register({
      name: 'decide-late-payments',
      everyMs: EVERY_MS,
      findDue: () =>
        background.findDue(
          'bkg',
          `select organization_id, id from ledger_booking booking
           where reason = 'reference_expired' and booked_at > ? and not exists (
             select from late_payment
             where late_payment.organization_id = booking.organization_id and booking_id = booking.id
           )
           order by booked_at`,
          (now) => [new Date(now.getTime() - SEARCH_PERIOD_MS)],
        ),
      work: (booking) => decideLatePayment(booking, { background, rpc, access, seller }),
    });
  }
}
