import { prepaidCredited, type PrepaidReason } from '@cordee/contracts/billing/prepaid';
import type { Currency } from '@cordee/contracts/values';
import { formatMoney, money, zero } from '@cordee/money/money';
import { domainEvent } from '@cordee/outbox/publish';
import type * as z from 'zod';
import type { BillingContext } from '../billing-context.ts';
import { productIdsOf } from '../documents/document-line.ts';
import { Invoice } from '../documents/invoice.entity.ts';
import { ProForma } from '../documents/pro-forma.entity.ts';
import { readLines } from '../documents/stored-lines.ts';
import { book, type LedgerBooking } from '../ledger/book.ts';
import { entriesOfReceipt, type LedgerAccount } from '../ledger/ledger-entry.ts';
import { prepaidSettings } from '../ledger/prepaid-settings.ts';
import { convertProForma } from '../payments/convert-pro-forma.ts';
import type { Booking } from './booking-identity.ts';
import { asValue, type Outcome } from './counted-booking.ts';
import { decideReceipt, defaultTolerances, type Found } from './matching.ts';
import type { ReferenceOwner } from './known-bookings.ts';

/** Where a receipt comes from and whom it is for, as far as that is known. */
export interface Origin {
  /** `suspense` when the total of its batch was booked there before. */
  readonly from: Extract<LedgerAccount, 'bank' | 'suspense'>;
  readonly owner: ReferenceOwner | undefined;
  /** Known by the account that paid, where there is no owner. */
  readonly payer: `org_${string}` | undefined;
}

/**
 * Takes money that came in and gives it to what its reference means (PAY-3). The accounts of the organizations are locked. An invoice that
 * comes out of it goes to `drafts` and still needs its number.
 */
export async function takeReceipt(
  context: BillingContext,
  id: `bkg_${string}`,
  { entry, transaction }: Booking,
  origin: Origin,
  drafts: Invoice[],
): Promise<Outcome> {
  const { em, now } = context;
  const value = asValue(transaction.amount);
  const organizationId = origin.owner?.organizationId ?? origin.payer;
  const receipt: Omit<LedgerBooking, 'entries'> = {
    organizationId,
    id,
    kind: 'receipt',
    valuedOn: entry.valueDate,
    currency: transaction.amount.currency,
  };
  const { document, found } = await meant(context, origin.owner, entry.valueDate);
  const decision = decideReceipt(
    {
      reference: transaction.creditorReference,
      isReferenceInvalid: !transaction.creditorReference && transaction.givenReference !== undefined,
      amount: transaction.amount,
      valueDate: entry.valueDate,
    },
    found,
    {
      tolerances: defaultTolerances,
      allowsPartPayment:
        document instanceof Invoice && (await prepaidSettings(em, document.organizationId)).takesPartPayments,
    },
  );
  if (!organizationId || !value) {
    await book(em, now, {
      ...receipt,
      organizationId: undefined,
      entries: [
        { account: origin.from, amount: transaction.amount.amount },
        { account: 'suspense', amount: -transaction.amount.amount },
      ],
    });
    return {
      status: 'suspense',
      reason: decision.kind === 'prepaid' ? decision.reason : 'currency_unknown',
      detail: value ? 'nobody is known by this reference or account' : 'nothing is sold in this currency',
    };
  }
  if (decision.kind === 'prepaid') {
    await book(em, now, {
      ...receipt,
      reason: decision.reason,
      ...(document && { documentId: document.id }),
      entries: entriesOfReceipt(origin.from, undefined, transaction.amount),
    });
    await credit(context, organizationId, id, value, decision.reason, entry.valueDate, document?.id ?? null);
    const detail = decision.stillOpen ? `still open: ${formatMoney(decision.stillOpen, 'en')}` : null;
    return { status: 'prepaid', organizationId, documentId: document?.id ?? null, reason: decision.reason, detail };
  }
  const { applied, valueDate } = decision;
  const rest = decision.kind === 'settle' ? decision.rest : zero(applied.currency);
  const bankFees = decision.kind === 'settle' ? decision.bankFees : zero(applied.currency);
  const invoice =
    document instanceof ProForma
      ? await convertProForma(context, document, { on: valueDate, method: 'bank_transfer' })
      : document!;
  if (document instanceof ProForma) drafts.push(invoice);
  else await payInvoice(context, invoice, applied.amount + bankFees.amount, valueDate);
  const overpaid = rest.amount > 0;
  await book(em, now, {
    ...receipt,
    documentId: invoice.id,
    ...(overpaid && { reason: 'overpaid' as const }),
    entries: entriesOfReceipt(origin.from, { invoiceId: invoice.id, amount: applied, bankFees }, rest),
  });
  if (overpaid)
    await credit(
      context,
      organizationId,
      id,
      { amount: rest.amount, currency: value.currency },
      'overpaid',
      valueDate,
      invoice.id,
    );
  const detail = overpaid
    ? `to prepaid: ${formatMoney(rest, 'en')}`
    : decision.kind === 'pay_part'
      ? `still open: ${formatMoney(decision.stillOpen, 'en')}`
      : null;
  return { status: 'paid', organizationId, documentId: invoice.id, reason: overpaid ? 'overpaid' : null, detail };
}

/** What a reference belongs to, and how that stands at the value date. */
async function meant(
  { em }: BillingContext,
  owner: ReferenceOwner | undefined,
  valueDate: string,
): Promise<{ document: ProForma | Invoice | undefined; found: Found }> {
  if (!owner) return { document: undefined, found: { kind: 'nothing' } };
  const { organizationId, documentId, kind } = owner;
  if (kind === 'pro_forma') {
    const document = await em.findOneOrFail(ProForma, { organizationId, id: documentId as `pfm_${string}` });
    const standing = document.standing(valueDate);
    if (standing === 'issued')
      return {
        document,
        found: { kind: 'open', document: 'pro_forma', open: money(document.total, document.currency) },
      };
    return { document, found: { kind: standing === 'converted' ? 'settled' : standing } };
  }
  if (kind === 'invoice') {
    const document = await em.findOne(Invoice, { organizationId, id: documentId as `inv_${string}` });
    // The reference of an invoice that this very file makes: paid as it is born.
    if (!document?.isOpen()) return { document: document ?? undefined, found: { kind: 'settled' } };
    return {
      document,
      found: { kind: 'open', document: 'invoice', open: money(document.openAmount(), document.currency) },
    };
  }
  return { document: undefined, found: { kind: 'standing_order' } };
}

async function payInvoice(
  { em, publish }: BillingContext,
  invoice: Invoice,
  amount: number,
  on: string,
): Promise<void> {
  const paid = invoice.pay(
    amount,
    on,
    'bank_transfer',
    productIdsOf(await readLines(em, invoice.organizationId, invoice.id)),
  );
  if (paid) await publish(paid);
}

async function credit(
  { publish }: BillingContext,
  organizationId: `org_${string}`,
  bookingId: `bkg_${string}`,
  amount: { amount: number; currency: Currency },
  reason: z.output<typeof PrepaidReason>,
  valueDate: string,
  documentId: string | null,
): Promise<void> {
  await publish(
    domainEvent(prepaidCredited, {
      organizationId,
      bookingId,
      amount,
      currency: amount.currency,
      reason,
      valueDate,
      documentId,
    }),
  );
}
