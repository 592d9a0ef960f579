import { newId } from '@cordee/contracts/id';
import type { Currency } from '@cordee/contracts/values';
import type { BillingContext } from '../billing-context.ts';
import type { InvoiceDraft } from '../documents/issue-invoice.ts';
import type { LedgerAccount } from '../ledger/ledger-entry.ts';
import { lockPrepaidAccounts } from '../ledger/prepaid-account.ts';
import { payOldestInvoicesOfAccounts } from '../payments/pay-from-prepaid.ts';
import type { ImportedBookings } from './imported-bookings.ts';
import type { Booking } from './movements.ts';
import { readPartPaymentOrganizations, readPaymentTargets } from './payment-targets.ts';
import { recordOfPayment } from './recorded-booking.ts';
import { ownersOfReferences, payersByIban, type ReferenceOwner } from './reference-owners.ts';
import { PaymentSet, type PaymentWithOwner } from './payment-set.ts';

/** The number of payments whose documents are read together and written together. */
const CHUNK_SIZE = 500;

/**
 * Applies incoming payments to the targets of their references (PAY-3), chunk by chunk, and then pays open invoices
 * from the credited prepaid accounts. Calls `storeImported` after each chunk, to insert the bookings that the chunk has
 * added to `importedBookings`. Returns the new invoices, which the caller numbers.
 */
export async function applyPayments(
  context: BillingContext,
  payments: readonly Booking[],
  sourceAccount: LedgerAccount,
  importedBookings: ImportedBookings,
  storeImported: () => void,
): Promise<InvoiceDraft[]> {
  if (payments.length === 0) return [];
  const { em, now } = context;
  const [ownersByReference, organizationsByIban] = await Promise.all([
    ownersOfReferences(em, payments.flatMap(referencesOf)),
    payersByIban(
      em,
      payments.flatMap(({ transaction }) => transaction.debtorIban ?? []),
    ),
  ]);
  const organizationIds = new Set([
    ...[...ownersByReference.values()].map(({ organizationId }) => organizationId),
    ...organizationsByIban.values(),
  ]);
  await lockPrepaidAccounts(em, organizationIds, now);
  const partPaymentOrganizations = await readPartPaymentOrganizations(em, organizationIds);
  const drafts: InvoiceDraft[] = [];
  const creditedAccounts = new Map<string, { organizationId: `org_${string}`; currency: Currency }>();
  for (let start = 0; start < payments.length; start += CHUNK_SIZE) {
    const chunk = payments.slice(start, start + CHUNK_SIZE);
    const paymentsWithOwners = chunk.map((booking) => withOwner(booking, ownersByReference, organizationsByIban));
    const targets = await readPaymentTargets(
      em,
      paymentsWithOwners.flatMap(({ reference, owner }) => (reference && owner?.documentId ? [reference] : [])),
      [
        ...new Set(
          paymentsWithOwners.flatMap(({ mayPaySeveralInvoices, payer }) =>
            mayPaySeveralInvoices && payer ? [payer] : [],
          ),
        ),
      ],
    );
    const paymentSet = new PaymentSet(context, targets, { sourceAccount, partPaymentOrganizations });
    for (const [index, payment] of paymentsWithOwners.entries()) {
      const id = newId('bkg', now);
      const recordedBooking = recordOfPayment(id, chunk[index]!, paymentSet.apply(id, payment));
      importedBookings.add(recordedBooking);
      const { organizationId, amount } = recordedBooking;
      // After a part payment, prepaid may cover the rest of the invoice.
      const mayPayInvoices =
        recordedBooking.status === 'prepaid' ||
        recordedBooking.reason === 'overpaid' ||
        partPaymentOrganizations.has(organizationId ?? '');
      if (organizationId && amount && mayPayInvoices)
        creditedAccounts.set(`${organizationId} ${amount.currency}`, { organizationId, currency: amount.currency });
    }
    drafts.push(...(await paymentSet.write()));
    storeImported();
  }
  await payOldestInvoicesOfAccounts(context, [...creditedAccounts.values()]);
  return drafts;
}

const referencesOf = ({ transaction: { creditorReference, otherReferences } }: Booking): string[] =>
  creditorReference === undefined ? [] : [creditorReference, ...otherReferences];

function withOwner(
  booking: Booking,
  ownersByReference: ReadonlyMap<string, ReferenceOwner>,
  organizationsByIban: ReadonlyMap<string, `org_${string}`>,
): PaymentWithOwner {
  const { debtorIban, creditorReference, uncheckedReference } = booking.transaction;
  const reference = referencesOf(booking).find((text) => ownersByReference.has(text)) ?? creditorReference;
  return {
    booking,
    reference,
    owner: reference === undefined ? undefined : ownersByReference.get(reference),
    payer: debtorIban === undefined ? undefined : organizationsByIban.get(debtorIban),
    mayPaySeveralInvoices: creditorReference === undefined && uncheckedReference === undefined,
  };
}
