import { newId } from '@cordee/contracts/id';
import type { Currency } from '@cordee/contracts/values';
import type { BillingContext } from '../billing-context.ts';
import type { InvoiceDraft } from '../documents/issue-invoice.ts';
import type { MoneySource } from '../ledger/ledger-entry.ts';
import { lockPrepaidAccounts } from '../ledger/prepaid-account.ts';
import type { ImportedBookings } from './imported-bookings.ts';
import type { Booking } from './movements.ts';
import { readPartPaymentOrganizations, readPaymentTargets, type PaymentTargets } from './payment-targets.ts';
import { recordOfPayment } from './recorded-booking.ts';
import { findIssuedReferences, payersByIban, type IssuedReference } from './issued-references.ts';
import { PaymentSet } from './payment-set.ts';
import type { PaymentWithReferences } from './payment-with-references.ts';

/** The number of payments whose documents are read together and written together. */
const CHUNK_SIZE = 500;

/** The prepaid accounts that payments have credited, or that may pay the rest of an invoice. */
export class CreditedAccounts implements Iterable<CreditedAccount> {
  private readonly currenciesByOrganization = new Map<`org_${string}`, Currency[]>();

  add(organizationId: `org_${string}`, currency: Currency): void {
    const currencies = this.currenciesByOrganization.get(organizationId);
    if (!currencies) this.currenciesByOrganization.set(organizationId, [currency]);
    else if (!currencies.includes(currency)) currencies.push(currency);
  }

  *[Symbol.iterator](): Iterator<CreditedAccount> {
    for (const [organizationId, currencies] of this.currenciesByOrganization)
      for (const currency of currencies) yield { organizationId, currency };
  }
}

interface CreditedAccount {
  readonly organizationId: `org_${string}`;
  readonly currency: Currency;
}

interface PaymentResults {
  readonly importedBookings: ImportedBookings;
  readonly creditedAccounts: CreditedAccounts;
  /** Inserts the bookings that a chunk has added to `importedBookings`. */
  readonly storeImported: () => void;
}

/**
 * Applies incoming payments to the targets of their references (PAY-3), chunk by chunk. The caller then pays open
 * invoices from the credited prepaid accounts. Returns the new invoices, which the caller numbers.
 */
export async function applyPayments(
  context: BillingContext,
  payments: readonly Booking[],
  sourceOf: (account: string) => MoneySource,
  { importedBookings, creditedAccounts, storeImported }: PaymentResults,
): Promise<InvoiceDraft[]> {
  if (payments.length === 0) return [];
  const { em, now } = context;
  const [issuedReferences, organizationsByIban] = await Promise.all([
    findIssuedReferences(em, payments.flatMap(referencesOf)),
    payersByIban(
      em,
      payments.flatMap(({ transaction }) => transaction.debtorIban ?? []),
    ),
  ]);
  const organizationIds = new Set([
    ...[...issuedReferences.values()].map(({ organizationId }) => organizationId),
    ...organizationsByIban.values(),
  ]);
  await lockPrepaidAccounts(em, organizationIds, now);
  const partPaymentOrganizations = await readPartPaymentOrganizations(em, organizationIds);
  const drafts: InvoiceDraft[] = [];
  const chunks = chunksOf(payments, CHUNK_SIZE).map((chunk) =>
    chunk.map((booking) => withReferences(booking, issuedReferences, organizationsByIban)),
  );
  let nextTargets = readTargetsOf(context, chunks[0]!);
  for (const [chunkIndex, chunk] of chunks.entries()) {
    const targets = await nextTargets;
    const nextChunk = chunks[chunkIndex + 1];
    const canReadAhead = nextChunk !== undefined && !mayShareDocuments(chunk, nextChunk);
    // PostgreSQL reads the documents of the next chunk and writes this chunk, while this process works.
    if (canReadAhead) nextTargets = readTargetsOf(context, nextChunk);
    const paymentSet = new PaymentSet(context, targets, { sourceOf, partPaymentOrganizations });
    for (const { booking, payment } of chunk) {
      const id = newId('bkg', now);
      const recordedBooking = recordOfPayment(id, booking, paymentSet.apply(id, payment));
      importedBookings.add(recordedBooking);
      const { organizationId, amount, status, reason } = recordedBooking;
      // The money of an expired pro forma waits for the decision whether it still pays the pro forma. After a part
      // payment, prepaid may cover the rest of the invoice.
      const mayPayInvoices =
        (status === 'prepaid' && reason !== 'reference_expired') ||
        reason === 'overpaid' ||
        partPaymentOrganizations.has(organizationId ?? '');
      if (organizationId && amount && mayPayInvoices) creditedAccounts.add(organizationId, amount.currency);
    }
    drafts.push(...(await paymentSet.write()));
    storeImported();
    if (nextChunk && !canReadAhead) nextTargets = readTargetsOf(context, nextChunk);
  }
  return drafts;
}

interface ChunkPayment {
  readonly booking: Booking;
  readonly payment: PaymentWithReferences;
  /** The references of the documents that the payment may pay. */
  readonly references: readonly string[];
}

/** Reads the documents that the payments of a chunk may pay. */
function readTargetsOf(context: BillingContext, chunk: readonly ChunkPayment[]): Promise<PaymentTargets> {
  const targets = readPaymentTargets(
    context,
    chunk.flatMap(({ references }) => references),
    [...new Set(chunk.flatMap(({ payment }) => payerOfSeveral(payment) ?? []))],
  );
  // When an earlier chunk fails, nothing awaits this promise: its rejection must not end the process.
  targets.catch(() => undefined);
  return targets;
}

/** The organization whose open invoices the payment may pay together. */
const payerOfSeveral = ({ mayPaySeveralInvoices, payer }: PaymentWithReferences): `org_${string}` | undefined =>
  mayPaySeveralInvoices ? payer : undefined;

/** True when a payment of the second chunk may pay a document that a payment of the first chunk changes. */
function mayShareDocuments(first: readonly ChunkPayment[], second: readonly ChunkPayment[]): boolean {
  if ([...first, ...second].some(({ payment }) => payerOfSeveral(payment))) return true;
  const documentIds = new Set(first.flatMap(documentIdsOf));
  return second.some((each) => documentIdsOf(each).some((id) => documentIds.has(id)));
}

const documentIdsOf = ({ payment: { issuedReference, furtherReferences } }: ChunkPayment): string[] =>
  [issuedReference, ...furtherReferences].flatMap((each) => each?.documentId ?? []);

const chunksOf = <T>(items: readonly T[], size: number): T[][] =>
  Array.from({ length: Math.ceil(items.length / size) }, (_, index) => items.slice(index * size, (index + 1) * size));

const referencesOf = ({ transaction: { creditorReference, otherReferences } }: Booking): string[] =>
  creditorReference === undefined ? [] : [creditorReference, ...otherReferences];

function withReferences(
  booking: Booking,
  issuedReferences: ReadonlyMap<string, IssuedReference>,
  organizationsByIban: ReadonlyMap<string, `org_${string}`>,
): ChunkPayment {
  const { debtorIban, creditorReference, uncheckedReference } = booking.transaction;
  const knownReferences = [...new Set(referencesOf(booking))].filter((text) => issuedReferences.has(text));
  const [issuedReference, ...furtherReferences] = knownReferences.map((text) => issuedReferences.get(text)!);
  return {
    booking,
    references: [issuedReference, ...furtherReferences].flatMap((each) =>
      each?.documentId ? each.documentReference : [],
    ),
    payment: {
      booking,
      reference: knownReferences[0] ?? creditorReference,
      issuedReference,
      furtherReferences,
      payer: debtorIban === undefined ? undefined : organizationsByIban.get(debtorIban),
      mayPaySeveralInvoices: creditorReference === undefined && uncheckedReference === undefined,
    },
  };
}
