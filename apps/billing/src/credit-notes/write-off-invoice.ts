import { invoiceWrittenOff } from '@cordee/contracts/billing/credit-note';
import { DomainError } from '@cordee/contracts/domain-error';
import { newId } from '@cordee/contracts/id';
import { fractionOf, money } from '@cordee/money/money';
import { domainEvent } from '@cordee/outbox/publish';
import type { BillingContext } from '../billing-context.ts';
import { Invoice } from '../documents/invoice.entity.ts';
import { postLedgerBooking } from '../ledger/post-ledger-booking.ts';
import { lockPrepaidAccountAndRead } from '../ledger/prepaid-account.ts';

/** Gives up the open amount of an invoice. The VAT of the amount is lowered in proportion (DOC-7). */
export async function writeOffInvoice(
  { em, now, publish, seller }: BillingContext,
  organizationId: `org_${string}`,
  documentId: `inv_${string}`,
  reason: string,
): Promise<void> {
  const invoice = await lockPrepaidAccountAndRead(em, organizationId, now, () =>
    em.findOne(Invoice, { organizationId, id: documentId }, { refresh: true }),
  );
  if (!invoice) throw new DomainError('DOCUMENT_NOT_FOUND');
  if (!invoice.isOpen()) throw new DomainError('INVOICE_NOT_OPEN');
  const { currency } = invoice;
  const amount = invoice.writeOff();
  const vat = fractionOf(money(invoice.vat, currency), { numerator: amount, denominator: invoice.total }).amount;
  const today = seller.today(now);
  postLedgerBooking(em, now, {
    organizationId,
    id: newId('bkg', now),
    kind: 'write_off',
    documentId,
    valuedOn: today,
    currency,
    note: reason,
    entries: [
      {
        account: 'bad_debt',
        amount: amount - vat,
      },
      {
        account: 'vat',
        amount: vat,
      },
      {
        account: 'receivable',
        amount: -amount,
        documentId,
      },
    ],
  });
  await publish(
    domainEvent(invoiceWrittenOff, {
      organizationId,
      documentId,
      currency,
      amount: { amount, currency },
      vat: { amount: vat, currency },
      writtenOffOn: today,
    }),
  );
}
