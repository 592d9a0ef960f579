import type { Money } from '@cordee/money/money';

export type LedgerAccount = 'bank' | 'prepaid' | 'receivable' | 'revenue' | 'vat' | 'bank_fees' | 'suspense';

/**
 * One line of a double entry. What we own or are owed grows with positive amounts (bank, receivable, fees), what we owe or earned with
 * negative ones (prepaid, revenue, VAT, suspense), so that the lines of a booking sum to zero.
 */
export interface LedgerEntry {
  readonly account: LedgerAccount;
  readonly amount: number;
  /** Receivable: the invoice. */
  readonly documentId?: string;
}

/** The entries of an invoice that is issued: somebody owes us, we earned net and owe the tax. */
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

/** The entries of money that came in: to an invoice as far as it was applied, fees of banks being written off, and the rest to prepaid. */
export const entriesOfReceipt = (
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

/** The entries of an invoice that is paid from prepaid. */
export const entriesOfPayment = (invoiceId: string, amount: number): LedgerEntry[] => [
  { account: 'prepaid', amount },
  { account: 'receivable', amount: -amount, documentId: invoiceId },
];

/** The same with the other sign: how a booking is undone, since nothing is ever edited. */
export const entriesThatUndo = (entries: readonly LedgerEntry[]): LedgerEntry[] =>
  entries.map((entry) => ({ ...entry, amount: -entry.amount }));
