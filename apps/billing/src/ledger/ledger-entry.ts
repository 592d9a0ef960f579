import type { Money } from '@cordee/money/money';

/**
 * `clearing`: payments that only one of the two bank reports contains yet. `own_movements`: money of the seller whose
 * costs and revenues another ledger explains. `card`: money at the payment provider. `outgoing`: ordered payments that
 * have not left the bank yet. `reserved`: prepaid money that waits for the rest of its payment by card.
 */
export type LedgerAccount =
  | 'bank'
  | 'clearing'
  | 'card'
  | 'outgoing'
  | 'prepaid'
  | 'reserved'
  | 'receivable'
  | 'revenue'
  | 'vat'
  | 'bank_fees'
  | 'card_fees'
  | 'payment_differences'
  | 'bad_debt'
  | 'interest'
  | 'suspense'
  | 'own_movements';

/**
 * One line of a double-entry booking. A debit is positive and increases bank, receivable and bank fees. A credit is
 * negative and increases prepaid, revenue, VAT and suspense. The entries of a booking sum to zero.
 */
export interface LedgerEntry {
  readonly account: LedgerAccount;
  /** Minor units. */
  readonly amount: number;
  /** The invoice; only for an entry of the account `receivable`. */
  readonly documentId?: string;
}

/** Returns the entries of an issued invoice: the gross amount as receivable, the net amount as revenue, and the VAT. */
export const entriesOfInvoice = ({
  id,
  net,
  vat,
  total,
}: {
  id: string;
  net: number;
  vat: number;
  total: number;
}): LedgerEntry[] => [
  { account: 'receivable', amount: total, documentId: id },
  { account: 'revenue', amount: -net },
  { account: 'vat', amount: -vat },
];

/** The part of an incoming payment that settles an invoice. */
export interface AppliedPayment {
  readonly invoiceId: string;
  readonly amount: Money;
  /** A shortfall that counts as fees of the banks. */
  readonly bankFees: Money;
  /** A shortfall that counts as a difference, for example of rounding. */
  readonly difference?: Money;
}

/**
 * Returns the entries of an incoming payment: the applied payments and the accepted shortfalls settle the receivable,
 * and the rest goes to prepaid. `appliedPayments` is empty when the whole amount goes to prepaid.
 */
export const entriesOfIncomingPayment = ({
  debitedAccount,
  appliedPayments = [],
  prepaidAmount,
}: {
  debitedAccount: LedgerAccount;
  appliedPayments?: readonly AppliedPayment[];
  prepaidAmount: Money;
}): LedgerEntry[] => [
  {
    account: debitedAccount,
    amount: appliedPayments.reduce((sum, { amount }) => sum + amount.amount, prepaidAmount.amount),
  },
  ...appliedPayments.flatMap(({ invoiceId, amount, bankFees, difference }): LedgerEntry[] => [
    { account: 'bank_fees', amount: bankFees.amount },
    { account: 'payment_differences', amount: difference?.amount ?? 0 },
    {
      account: 'receivable',
      amount: -amount.amount - bankFees.amount - (difference?.amount ?? 0),
      documentId: invoiceId,
    },
  ]),
  { account: 'prepaid', amount: -prepaidAmount.amount },
];

/** Returns the entries of an invoice payment from prepaid. */
export const entriesOfPrepaidPayment = (invoiceId: string, amount: number): LedgerEntry[] => [
  { account: 'prepaid', amount },
  { account: 'receivable', amount: -amount, documentId: invoiceId },
];

/** Returns the entries with the opposite sign. Bookings are never edited, so a reversal is a separate booking. */
export const reversedEntries = (entries: readonly LedgerEntry[]): LedgerEntry[] =>
  entries.map((entry) => ({ ...entry, amount: -entry.amount }));
