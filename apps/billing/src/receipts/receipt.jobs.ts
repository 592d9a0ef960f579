import { RpcClient } from '@cordee/messaging/rpc-client';
import { BackgroundTransactions } from '@cordee/service/background-transactions';
import { Jobs } from '@cordee/service/jobs';
import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { Seller } from '../seller/seller.ts';
import { issueReceipt } from './issue-receipt.ts';

const EVERY_MS = 10_000;
/** Older top-ups have a receipt, unless no worker ran for this time. */
const SEARCH_PERIOD_MS = 30 * 24 * 3_600_000;

/**
 * Issues the receipts of top-ups (PAY-4): payments with a standing-order reference, and payments by card to the prepaid
 * account. A job issues them, so that the import of a bank file does not lock the number series.
 */
@Injectable()
export class ReceiptJobs implements OnModuleInit {
  constructor(
    @Inject(Jobs) private readonly jobs: Jobs,
    @Inject(BackgroundTransactions) private readonly background: BackgroundTransactions,
    @Inject(RpcClient) private readonly rpc: RpcClient,
    @Inject(Seller) private readonly seller: Seller,
  ) {}

  onModuleInit(): void {
    const { background, rpc, seller } = this;
    this.jobs.register({
      name: 'issue-receipts',
      everyMs: EVERY_MS,
      findDue: () =>
        background.findDue(
          'bkg',
          `select organization_id, id from ledger_booking booking
           where reason in ('standing_order', 'top_up') and booked_at > ? and not exists (
             select from receipt
             where receipt.organization_id = booking.organization_id and receipt.booking_id = booking.id
           )
           order by booked_at, id`,
          (now) => [new Date(now.getTime() - SEARCH_PERIOD_MS)],
        ),
      work: ({ organizationId, id }) => issueReceipt({ organizationId, bookingId: id }, { background, rpc, seller }),
    });
  }
}
