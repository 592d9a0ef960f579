import type { createPaymentFile as contract } from '@cordee/contracts/billing/pay-out';
import type { Output } from '@cordee/contracts/contract';
import { DomainError } from '@cordee/contracts/domain-error';
import { newId, toId, toUuid } from '@cordee/contracts/id';
import { sendAhead } from '@cordee/service/database/orm';
import type { Files } from '@cordee/service/files';
import type { BillingContext } from '../billing-context.ts';
import { toBankFileId } from './end-to-end-id.ts';
import { writePainFile } from './pain-001.ts';

interface PaymentRow {
  organization_id: string;
  id: string;
  purpose: 'pay_out' | 'refund' | 'return';
  currency: string;
  amount: string;
  creditor_name: string;
  creditor_iban: string;
}

const MAX_PAYMENTS = 1_000;
const purposeTexts = { pay_out: 'Pay-out of prepaid money', refund: 'Refund', return: 'Returned payment' } as const;

/** Creates a payment file with the oldest ordered payments. Concurrent calls take different payments. */
export async function createPaymentFile(
  { em, now, seller }: BillingContext,
  files: Files,
): Promise<Output<typeof contract>> {
  const payments = await em.execute<PaymentRow[]>(
    `select organization_id, id, purpose, currency, amount, creditor_name, creditor_iban from outgoing_payment
     where status = 'ordered' order by created_at, id limit ? for update skip locked`,
    [MAX_PAYMENTS],
  );
  if (payments.length === 0) throw new DomainError('NO_PAYMENTS_ORDERED');
  const id = newId('bkf', now);
  const messageId = toBankFileId(id);
  const xml = writePainFile({
    messageId,
    createdAt: now,
    executeOn: seller.nextBankDay(now),
    sellerName: seller.name,
    payments: payments.map((payment) => ({
      endToEndId: toBankFileId(toId('pay', payment.id)),
      amount: Number(payment.amount),
      currency: payment.currency,
      creditorName: payment.creditor_name,
      creditorIban: payment.creditor_iban,
      debitedIban: seller.accountFor(payment.currency).iban,
      text: `${purposeTexts[payment.purpose]} ${seller.name}`,
    })),
  });
  const { fileId } = await files.write(em, now, {
    name: `pain.001-${messageId}.xml`,
    contentType: 'application/xml',
    bytes: Buffer.from(xml, 'utf8'),
  });
  sendAhead(em, `insert into payment_file (id, message_id, file_id, created_at) values (?, ?, ?, ?)`, [
    toUuid(id),
    messageId,
    toUuid(fileId),
    now,
  ]);
  sendAhead(
    em,
    `update outgoing_payment set status = 'sent', payment_file_id = ?
     where (organization_id, id) in (
       select organization, payment from jsonb_to_recordset(?::jsonb) as sent (organization uuid, payment uuid)
     )`,
    [toUuid(id), JSON.stringify(payments.map((row) => ({ organization: row.organization_id, payment: row.id })))],
  );
  const sums = new Map<string, number>();
  for (const { currency, amount } of payments) sums.set(currency, (sums.get(currency) ?? 0) + Number(amount));
  return {
    id,
    messageId,
    createdAt: now.toISOString(),
    payments: payments.length,
    sums: [...sums.keys()].sort().map((currency) => ({ amount: sums.get(currency)!, currency })),
  };
}
