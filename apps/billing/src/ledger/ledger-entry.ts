import type { Money } from '@cordee/money/money';

export type LedgerAccount = 'bank' | 'prepaid' | 'receivable' | 'revenue' | 'vat' | 'bank_fees' | 'suspense';

/**
 * One line of a double-entry booking. Debits are positive: bank, receivable and fees grow by them. Credits are
 * negative: prepaid, revenue, VAT and suspense grow by them. The entries of a booking sum to zero.
 */
export interface LedgerEntry {
  readonly account: LedgerAccount;
  /** Minor units. */
  readonly amount: number;
  /** The invoice of a receivable. */
  readonly documentId?: string;
}

/** The entries of an issued invoice: gross receivable against net revenue and VAT. */
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

/**
 * The entries of an incoming payment: the applied amount and bank fees settle the receivable, the rest goes to
 * prepaid.
 */
export const entriesOfIncomingPayment = (
  from: LedgerAccount,
  applied: { invoiceId: string; amount: Money; bankFees: Money } | undefined,
  toPrepaid: Money,
): LedgerEntry[] => [
  { account: from, amount: (applied?.amount.amount ?? 0) + toPrepaid.amount },
  ...(applied
    ? ([
        { account: 'bank_fees', amount: applied.bankFees.amount },
        {
          account: 'receivable',
          amount: -applied.amount.amount - applied.bankFees.amount,
          documentId: applied.invoiceId,
        },
      ] as const)
    : []),
  { account: 'prepaid', amount: -toPrepaid.amount },
];

/** The entries of an invoice payment from prepaid. */
export const entriesOfPrepaidPayment = (invoiceId: string, amount: number): LedgerEntry[] => [
  { account: 'prepaid', amount },
  { account: 'receivable', amount: -amount, documentId: invoiceId },
];

/** The entries with the opposite sign. Bookings are never edited, so a reversal is a separate booking. */
export const reversedEntries = (entries: readonly LedgerEntry[]): LedgerEntry[] =>
  entries.map((entry) => ({ ...entry, amount: -entry.amount }));
