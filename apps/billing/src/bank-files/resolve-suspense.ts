import { isDeepStrictEqual } from 'node:util';
import type { SuspenseResolution } from '@cordee/contracts/billing/suspense';
import { DomainError } from '@cordee/contracts/domain-error';
import { newId, toId, toUuid } from '@cordee/contracts/id';
import { inputError } from '@cordee/contracts/input-error';
import type { Currency } from '@cordee/contracts/values';
import { money } from '@cordee/money/money';
import { advisoryLock } from '@cordee/service/database/advisory-lock';
import { sendAhead } from '@cordee/service/database/orm';
import { uuidOrNull } from '@cordee/service/database/sql-values';
import { NO_ORGANIZATION } from '@cordee/service/database/tenant-context';
import type * as z from 'zod';
import type { BillingContext } from '../billing-context.ts';
import { numberInvoices } from '../documents/issue-invoice.ts';
import type { MoneySource } from '../ledger/ledger-entry.ts';
import { postLedgerBooking } from '../ledger/post-ledger-booking.ts';
import { lockPrepaidAccounts } from '../ledger/prepaid-account.ts';
import { payOldestInvoicesOfAccounts } from '../payments/pay-from-prepaid.ts';
import { parseCreditorIban } from '../payouts/creditor-iban.ts';
import { requestOutgoingPayment } from '../payouts/request-outgoing-payment.ts';
import { assignReversal } from './assign-reversal.ts';
import { PaymentSet } from './payment-set.ts';
import { importLockKey } from './import-lock.ts';
import { readPaymentTargets } from './payment-targets.ts';
import { findIssuedReferences } from './issued-references.ts';
import { readSuspenseBooking, soldCurrencyOf, type BookedMoney, type SuspenseBooking } from './suspense-booking.ts';

type Resolution = z.output<typeof SuspenseResolution>;
type Decision = Pick<Resolution, 'kind'> & Partial<Pick<Resolution, 'organizationId' | 'documentId' | 'paymentId'>>;

/** The member of staff who makes a decision, and the reason for it. */
export interface StaffReason {
  readonly accountId: `acc_${string}`;
  readonly reason: string;
}

interface Assignment {
  readonly organizationId: `org_${string}`;
  readonly documentId?: `inv_${string}` | `pfm_${string}` | undefined;
}

/** Assigns a booking to prepaid or to a document, like a payment with the reference of the document (PAY-2, PAY-3). */
export const assignSuspense = (
  context: BillingContext,
  bookingId: `bkg_${string}`,
  { organizationId, documentId }: Assignment,
  staffReason: StaffReason,
): Promise<Resolution> =>
  resolveOnce(
    context,
    bookingId,
    staffReason,
    { kind: 'assigned', organizationId, documentId },
    async (booking, ledgerBookingId) => {
      const { em, now } = context;
      await assertCustomer(context, organizationId);
      if (booking.isReversal && booking.bookedMoney && booking.bookedMoney.amount < 0) {
        const assignment = { organizationId, documentId, reason: staffReason.reason };
        const reopened = await assignReversal(context, ledgerBookingId, booking.bookedMoney, assignment);
        return { kind: 'assigned', organizationId, documentId: reopened };
      }
      const amount = prepaidAmountOf(booking);
      await lockPrepaidAccounts(em, [organizationId], now);
      const reference = documentId && (await readReferenceOfDocument(context, organizationId, documentId));
      const issuedReference = reference ? (await findIssuedReferences(em, [reference])).get(reference) : undefined;
      const paymentSet = new PaymentSet(
        context,
        await readPaymentTargets(context, issuedReference ? [issuedReference.documentReference] : [], []),
        {
          sourceOf: () => sourceOf(booking.bookedMoney!),
          partPaymentOrganizations: new Set([organizationId]),
          note: staffReason.reason,
        },
      );
      const outcome = paymentSet.apply(ledgerBookingId, {
        booking: asPayment(booking, amount, context.seller.today(now)),
        reference: reference ?? booking.reference ?? undefined,
        issuedReference,
        furtherReferences: [],
        payer: organizationId,
        mayPaySeveralInvoices: false,
      });
      if (documentId && outcome.status !== 'paid')
        throw new DomainError(
          outcome.reason === 'amount_too_low' || outcome.reason === 'wrong_currency'
            ? 'PAYMENT_NOT_SUFFICIENT'
            : 'DOCUMENT_NOT_PAYABLE',
        );
      const drafts = await paymentSet.write();
      await payOldestInvoicesOfAccounts(context, [{ organizationId, currency: amount.currency }]);
      await numberInvoices(context, drafts);
      if (booking.debtorIban) rememberPayer(context, booking.debtorIban, organizationId);
      return {
        kind: 'assigned',
        organizationId,
        documentId: documentId ? (outcome.documentId as `inv_${string}`) : null,
      };
    },
  );

/** Requests a payment that returns the money of a booking to its payer. */
export const returnSuspense = (
  context: BillingContext,
  bookingId: `bkg_${string}`,
  payer: { iban?: string | undefined; name?: string | undefined },
  staffReason: StaffReason,
): Promise<Resolution> =>
  resolveOnce(context, bookingId, staffReason, { kind: 'returned', ...payer }, async (booking, ledgerBookingId) => {
    const { amount, currency } = incomingAmountOf(booking);
    const givenIban = payer.iban === undefined ? undefined : parseCreditorIban(payer.iban);
    if (givenIban !== undefined && booking.debtorIban !== null && givenIban !== booking.debtorIban)
      throw inputError('PAYER_DIFFERS', ['/iban'], 'the bank file states another account');
    const creditorIban = booking.debtorIban ?? givenIban;
    const creditorName = booking.debtorName ?? payer.name;
    if (!creditorIban) throw inputError('PAYER_MISSING', ['/iban'], 'the bank file states no account');
    if (!creditorName) throw inputError('PAYER_MISSING', ['/name'], 'the bank file states no name');
    const paymentId = requestOutgoingPayment(context, {
      // The money belongs to no organization.
      organizationId: toId('org', NO_ORGANIZATION),
      purpose: 'return',
      currency,
      amount,
      creditorName,
      creditorIban,
      documentId: null,
    });
    postFromSuspense(context, booking, ledgerBookingId, 'outgoing', staffReason);
    return { kind: 'returned', paymentId };
  });

/** Closes a booking; its money becomes a payment difference. */
export const writeOffSuspense = (
  context: BillingContext,
  bookingId: `bkg_${string}`,
  staffReason: StaffReason,
): Promise<Resolution> =>
  resolveOnce(context, bookingId, staffReason, { kind: 'written_off' }, async (booking, ledgerBookingId) => {
    if (booking.bookedMoney) postFromSuspense(context, booking, ledgerBookingId, 'payment_differences', staffReason);
    return { kind: 'written_off' };
  });

/** Makes a decision once. A repeated request returns the stored resolution; another request is refused. */
async function resolveOnce(
  context: BillingContext,
  bookingId: `bkg_${string}`,
  { accountId, reason }: StaffReason,
  requestFields: Record<string, string | undefined>,
  decide: (booking: SuspenseBooking, ledgerBookingId: `bkg_${string}`) => Promise<Decision>,
): Promise<Resolution> {
  const { em, now } = context;
  // An import may clear or reverse the booking at the same time.
  await advisoryLock(em, importLockKey);
  const booking = await readSuspenseBooking(em, bookingId);
  const { resolution } = booking;
  // JSON without the undefined fields, as the database stores it.
  const request: unknown = JSON.parse(JSON.stringify({ ...requestFields, reason }));
  if (resolution) {
    if (isDeepStrictEqual(booking.request, request)) return resolution;
    throw new DomainError('SUSPENSE_RESOLVED');
  }
  const ledgerBookingId = newId('bkg', now);
  const decision = await decide(booking, ledgerBookingId);
  const newResolution: Resolution = {
    organizationId: null,
    documentId: null,
    paymentId: null,
    ...decision,
    reason,
    resolvedBy: accountId,
    resolvedAt: now.toISOString(),
  };
  sendAhead(
    em,
    `insert into suspense_resolution (
       booking_id, kind, organization_id, document_id, payment_id, ledger_booking_id, reason, resolved_by, resolved_at,
       request
     ) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?::jsonb)`,
    [
      toUuid(bookingId),
      newResolution.kind,
      uuidOrNull(newResolution.organizationId),
      newResolution.documentId,
      uuidOrNull(newResolution.paymentId),
      booking.bookedMoney ? toUuid(ledgerBookingId) : null,
      reason,
      toUuid(accountId),
      now,
      JSON.stringify(request),
    ],
  );
  sendAhead(em, `update clearing_entry set cleared_at = ? where booking_id = ? and cleared_at is null`, [
    now,
    toUuid(bookingId),
  ]);
  return newResolution;
}

/** Returns the amount of incoming money. Throws SUSPENSE_NOT_INCOMING for other bookings. */
function incomingAmountOf({ bookedMoney }: SuspenseBooking): { amount: number; currency: string } {
  if (!bookedMoney || bookedMoney.amount <= 0) throw new DomainError('SUSPENSE_NOT_INCOMING');
  return bookedMoney;
}

/**
 * Like `incomingAmountOf`. Prepaid accounts have only the currencies in which products are sold: other money could pay
 * nothing. Throws SUSPENSE_CURRENCY_NOT_SOLD.
 */
function prepaidAmountOf(booking: SuspenseBooking): { amount: number; currency: Currency } {
  const { amount, currency: currencyText } = incomingAmountOf(booking);
  return { amount, currency: soldCurrencyOf(currencyText) };
}

/** Throws DOCUMENT_NOT_FOUND. */
async function readReferenceOfDocument(
  { em }: BillingContext,
  organizationId: `org_${string}`,
  documentId: `inv_${string}` | `pfm_${string}`,
): Promise<string> {
  const table = documentId.startsWith('inv') ? 'invoice' : 'pro_forma';
  const [row] = await em.execute<{ reference: string }[]>(
    `select reference from ${table} where organization_id = ? and id = ?`,
    [toUuid(organizationId), toUuid(documentId)],
  );
  if (!row) throw new DomainError('DOCUMENT_NOT_FOUND');
  return row.reference;
}

/** Throws ORGANIZATION_NOT_FOUND when the organization has neither an address nor a prepaid account. */
async function assertCustomer({ em }: BillingContext, organizationId: `org_${string}`): Promise<void> {
  const id = toUuid(organizationId);
  const [row] = await em.execute<{ is_known: boolean }[]>(
    `select exists (select from address where organization_id = ?)
       or exists (select from prepaid_account where organization_id = ?) as is_known`,
    [id, id],
  );
  if (!row!.is_known) throw new DomainError('ORGANIZATION_NOT_FOUND');
}

/** Converts a booking to a payment of a bank file. */
function asPayment(
  booking: SuspenseBooking,
  { amount, currency }: { amount: number; currency: string },
  today: string,
): Parameters<PaymentSet['apply']>[1]['booking'] {
  const valueDate = booking.valueDate ?? today;
  const value = money(amount, currency);
  return {
    // Without effect: `sourceOf` above returns the ledger account of the money.
    account: '',
    entry: {
      pointer: '',
      reference: undefined,
      amount: value,
      direction: 'credit',
      isReversal: false,
      status: 'booked',
      bookingDate: valueDate,
      valueDate,
      code: undefined,
      isBatchWithoutDetails: false,
      charges: undefined,
      transactions: [],
    },
    transaction: {
      references: {},
      amount: value,
      direction: 'credit',
      charges: undefined,
      instructedAmount: undefined,
      creditorReference: booking.reference ?? undefined,
      otherReferences: [],
      uncheckedReference: undefined,
      remittanceText: booking.text,
      debtorName: booking.debtorName ?? undefined,
      debtorIban: booking.debtorIban ?? undefined,
    },
  };
}

const sourceOf = ({ account, bankAccount }: BookedMoney): MoneySource => ({ account, bankAccount });

/** Moves the money of a booking to a ledger account that belongs to no organization. */
function postFromSuspense(
  { em, now, seller }: BillingContext,
  { bookedMoney }: SuspenseBooking,
  id: `bkg_${string}`,
  account: 'outgoing' | 'payment_differences',
  { reason }: StaffReason,
): void {
  const { amount, currency } = bookedMoney!;
  postLedgerBooking(em, now, {
    organizationId: undefined,
    id,
    kind: 'suspense',
    note: reason,
    valuedOn: seller.today(now),
    currency,
    entries: [
      { ...sourceOf(bookedMoney!), amount },
      { account, amount: -amount },
    ],
  });
}

function rememberPayer({ em }: BillingContext, iban: string, organizationId: `org_${string}`): void {
  sendAhead(em, `insert into payer_account (iban, organization_id) values (?, ?) on conflict do nothing`, [
    iban,
    toUuid(organizationId),
  ]);
}
