import { addDays } from '@cordee/calendar/local-date';
import { BackgroundTransactions } from '@cordee/service/background-transactions';
import { Jobs } from '@cordee/service/jobs';
import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import type { BillingContext } from '../billing-context.ts';
import { ProForma } from '../documents/pro-forma.entity.ts';
import { LATE_DAYS } from '../late-payments/decide-late-payment.ts';
import { lockPrepaidAccountAndRead } from '../ledger/prepaid-account.ts';
import { Seller } from '../seller/seller.ts';
import { payOldestInvoices } from './pay-from-prepaid.ts';
import { releaseReservedPrepaid } from './prepaid-reservation.ts';

const EVERY_MS = 60_000;
/** The days in which the bank reports a late payment: a weekend and holidays. */
const REPORT_DAYS = 4;

/** Releases the reserved money of pro formas that no payment can convert any more. */
@Injectable()
export class ReservationJobs implements OnModuleInit {
  constructor(
    @Inject(Jobs) private readonly jobs: Jobs,
    @Inject(BackgroundTransactions) private readonly background: BackgroundTransactions,
    @Inject(Seller) private readonly seller: Seller,
  ) {}

  onModuleInit(): void {
    const { background, seller } = this;
    /** The last `validUntil` of pro formas whose reservation ends. */
    const lastValidUntil = (now: Date): string => addDays(seller.today(now), -(LATE_DAYS + REPORT_DAYS + 1));
    this.jobs.register({
      name: 'release-reservations',
      everyMs: EVERY_MS,
      findDue: () =>
        background.findDue(
          'pfm',
          `select organization_id, id from pro_forma
           where reservation_id is not null and valid_until <= ? order by valid_until`,
          (now) => [lastValidUntil(now)],
        ),
      work: (key) => background.asSystem((context) => releaseOne({ ...context, seller }, key)),
    });
  }
}

async function releaseOne(
  context: BillingContext,
  { organizationId, id }: Pick<ProForma, 'organizationId' | 'id'>,
): Promise<void> {
  const { em, now } = context;
  const proForma = await lockPrepaidAccountAndRead(em, organizationId, now, () =>
    em.findOneOrFail(ProForma, { organizationId, id }, { refresh: true }),
  );
  // Another replica has released the money, or a payment has converted the pro forma.
  if (!proForma.reservationId) return;
  await releaseReservedPrepaid(context, proForma);
  await payOldestInvoices(context, organizationId, proForma.currency);
}
