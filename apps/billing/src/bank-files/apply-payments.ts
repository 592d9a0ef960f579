import { newId } from '@cordee/contracts/id';
import type { Currency } from '@cordee/contracts/values';
import type { BillingContext } from '../billing-context.ts';
import type { InvoiceDraft } from '../documents/issue-invoice.ts';
import type { LedgerAccount } from '../ledger/ledger-entry.ts';
import { lockPrepaidAccounts } from '../ledger/prepaid-account.ts';
import { payOldestInvoicesOf } from '../payments/pay-from-prepaid.ts';
import type { ImportedBookings } from './imported-bookings.ts';
import type { Booking } from './movements.ts';
import { readPartPayers, readPaymentTargets } from './payment-targets.ts';
import { recordedBooking } from './recorded-booking.ts';
import { ownersOfReferences, payersByIban, type ReferenceOwner } from './reference-owners.ts';
import { PaymentSet, type PaymentOrigin } from './payment-set.ts';

/** The number of payments whose documents are read and written together. */
const CHUNK_SIZE = 500;

/**
 * Applies incoming payments to the targets of their references (PAY-3), in sets, and then pays open invoices from the
 * credited prepaid accounts. `source` is the ledger account that the money comes from. Calls `store` after each set.
 * Returns the new invoices, which the caller numbers.
 */
export async function applyPayments(
  context: BillingContext,
  payments: readonly Booking[],
  source: LedgerAccount,
  imported: ImportedBookings,
  store: () => void,
): Promise<InvoiceDraft[]> {
  if (payments.length === 0) return [];
  const { em, now } = context;
  const [owners, payers] = await Promise.all([
    ownersOfReferences(em, payments.flatMap(referencesOf)),
    payersByIban(
      em,
      payments.flatMap(({ transaction }) => transaction.debtorIban ?? []),
    ),
  ]);
  const organizationIds = new Set([
    ...[...owners.values()].map(({ organizationId }) => organizationId),
    ...payers.values(),
  ]);
  await lockPrepaidAccounts(em, organizationIds, now);
  const takesPartPayments = await readPartPayers(em, organizationIds);
  const drafts: InvoiceDraft[] = [];
  const credited = new Map<string, { organizationId: `org_${string}`; currency: Currency }>();
  for (let start = 0; start < payments.length; start += CHUNK_SIZE) {
    const chunk = payments.slice(start, start + CHUNK_SIZE);
    const origins = chunk.map((booking) => originOf(booking, owners, payers));
    const targets = await readPaymentTargets(
      em,
      origins.flatMap(({ reference, owner }) => (reference && owner?.documentId ? [reference] : [])),
      [...new Set(origins.flatMap(({ canCombine, payer }) => (canCombine && payer ? [payer] : [])))],
    );
    const set = new PaymentSet(context, targets, { source, takesPartPayments });
    for (const [index, origin] of origins.entries()) {
      const id = newId('bkg', now);
      const recorded = recordedBooking(id, chunk[index]!, set.apply(id, origin));
      imported.add(recorded);
      const { organizationId, amount } = recorded;
      // After a part payment, prepaid may cover the rest of the invoice.
      const mayPay =
        recorded.status === 'prepaid' || recorded.reason === 'overpaid' || takesPartPayments.has(organizationId ?? '');
      if (organizationId && amount && mayPay)
        credited.set(`${organizationId} ${amount.currency}`, { organizationId, currency: amount.currency });
    }
    drafts.push(...(await set.write()));
    store();
  }
  await payOldestInvoicesOf(context, [...credited.values()]);
  return drafts;
}

const referencesOf = ({ transaction: { creditorReference, otherReferences } }: Booking): string[] =>
  creditorReference === undefined ? [] : [creditorReference, ...otherReferences];

function originOf(
  booking: Booking,
  owners: ReadonlyMap<string, ReferenceOwner>,
  payers: ReadonlyMap<string, `org_${string}`>,
): PaymentOrigin {
  const { debtorIban, creditorReference, uncheckedReference } = booking.transaction;
  const reference = referencesOf(booking).find((each) => owners.has(each)) ?? creditorReference;
  return {
    booking,
    reference,
    owner: reference === undefined ? undefined : owners.get(reference),
    payer: debtorIban === undefined ? undefined : payers.get(debtorIban),
    canCombine: creditorReference === undefined && uncheckedReference === undefined,
  };
}
