import { receiptIssued } from '@cordee/contracts/billing/receipt';
import { describeOrganization } from '@cordee/contracts/identity/organization';
import { toUuid } from '@cordee/contracts/id';
import type { Currency } from '@cordee/contracts/values';
import type { RpcClient } from '@cordee/messaging/rpc-client';
import { domainEvent } from '@cordee/outbox/publish';
import type { BackgroundTransactions } from '@cordee/service/background-transactions';
import { Address } from '../addresses/address.entity.ts';
import { allocateNumbers } from '../documents/number-series.ts';
import { lockPrepaidAccountAndRead } from '../ledger/prepaid-account.ts';
import type { Seller } from '../seller/seller.ts';
import type { BookingKey, ReceiptBuyer } from './receipt.ts';

interface TopUpRow {
  kind: 'incoming_payment' | 'card_payment';
  valued_on: string;
  currency: Currency;
  amount: string;
  has_receipt: boolean;
}

/** Issues the receipt of a top-up. A top-up gets one receipt, also when several workers find it. */
export async function issueReceipt(
  { organizationId, bookingId }: BookingKey,
  { background, rpc, seller }: { background: BackgroundTransactions; rpc: RpcClient; seller: Seller },
): Promise<void> {
  // The name and the language come from another service, so they are fetched before the transaction takes the lock.
  const organization = await rpc.call(describeOrganization, { organizationId });
  await background.asSystem(async ({ em, now, publish }) => {
    const [[topUp], address] = await lockPrepaidAccountAndRead(em, organizationId, now, () =>
      Promise.all([
        em.execute<TopUpRow[]>(
          `select booking.kind, booking.valued_on::text, entry.currency, -sum(entry.amount) as amount, exists (
             select from receipt where organization_id = booking.organization_id and booking_id = booking.id
           ) as has_receipt
           from ledger_booking booking
           join ledger_entry entry on entry.organization_id = booking.organization_id
             and entry.booking_id = booking.id and entry.account = 'prepaid'
           where booking.organization_id = ? and booking.id = ?
           group by booking.organization_id, booking.id, entry.currency`,
          [toUuid(organizationId), toUuid(bookingId)],
        ),
        em.findOne(Address, { organizationId, isDefault: true }, { refresh: true }),
      ]),
    );
    if (!topUp || topUp.has_receipt) return;
    const buyer: ReceiptBuyer = address?.copy() ?? { name: organization.name };
    const method = topUp.kind === 'card_payment' ? 'card' : 'bank_transfer';
    const { numbers, issuedOn } = await allocateNumbers(em, 'receipt', seller.today(now), 1);
    const number = numbers[0]!;
    await em.execute(
      `insert into receipt (
         organization_id, booking_id, number, issued_on, currency, amount, valued_on, method, language, seller, buyer,
         created_at
       ) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      [
        toUuid(organizationId),
        toUuid(bookingId),
        number,
        issuedOn,
        topUp.currency,
        Number(topUp.amount),
        topUp.valued_on,
        method,
        address?.language ?? organization.locale,
        JSON.stringify(seller.fieldsFor(topUp.currency)),
        JSON.stringify(buyer),
        now,
      ],
    );
    await publish(
      domainEvent(receiptIssued, {
        organizationId,
        bookingId,
        number,
        issuedOn,
        amount: { amount: Number(topUp.amount), currency: topUp.currency },
        valuedOn: topUp.valued_on,
        method,
      }),
    );
  });
}
