import type { Money } from '@cordee/money/money';
import type { VatCategory } from '../vat/vat-decision.ts';
import type { TaxShare } from '../vat/tax-shares.ts';

/**
 * `clearing`: payments that only one of the two bank reports contains yet. `own_movements`: money of the seller whose
 * costs and revenues another ledger explains. `card`: money at the payment provider. `outgoing`: requested payments
 * that have not left the bank yet. `reserved`: prepaid money that waits for the rest of a payment.
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
  | 'cash_rounding'
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
  /** The IBAN of the account of the seller; only for an entry of the account `bank` or `clearing`. */
  readonly bankAccount?: string | undefined;
  /** The invoice; only for an entry of the account `receivable`. */
  readonly documentId?: string;
  /** The VAT that the entry concerns. Reports of VAT are sums of these entries. */
  readonly tax?: EntryTax;
}

/** The ledger account that money comes from. */
export type MoneySource = Pick<LedgerEntry, 'account' | 'bankAccount'>;

/** Where and how an amount is taxed. */
export interface EntryTax {
  /** ISO 3166-1 alpha-2, or the code of a territory without VAT rates. */
  readonly state: string;
  /** `CH`, or the registration of the seller abroad; null without VAT. */
  readonly scope: string | null;
  readonly category: VatCategory;
  readonly basisPoints: number;
  /** The day on which the taxed invoice was issued; null for an entry of an earlier version. */
  readonly issuedOn: string | null;
}

/**
 * Returns the entries of an issued invoice: the total as receivable; per rate, the net amount as revenue, and the VAT;
 * the cash rounding.
 */
export const entriesOfInvoice = (
  { id, total, rounding }: { id: string; total: number; rounding: number },
  shares: readonly TaxShare[],
): LedgerEntry[] => [
  { account: 'receivable', amount: total, documentId: id },
  ...shares.flatMap(({ tax, net, vat }): LedgerEntry[] => [
    { account: 'revenue', amount: -net, tax },
    { account: 'vat', amount: -vat, tax },
  ]),
  ...(rounding === 0 ? [] : [{ account: 'cash_rounding' as const, amount: -rounding }]),
];

/** The part of an incoming payment that settles an invoice. */
export interface AppliedPayment {
  readonly invoiceId: string;
  readonly amount: Money;
  /** The entries of an accepted shortfall, which settles the rest of the invoice. */
  readonly entriesOfShortfall?: readonly LedgerEntry[];
}

/**
 * Returns the entries of an incoming payment: the applied payments and the accepted shortfalls settle the receivable,
 * and the rest goes to prepaid. `appliedPayments` is empty when the whole amount goes to prepaid.
 */
export const entriesOfIncomingPayment = ({
  source,
  appliedPayments = [],
  prepaidAmount,
}: {
  source: MoneySource;
  appliedPayments?: readonly AppliedPayment[];
  prepaidAmount: Money;
}): LedgerEntry[] => [
  {
    ...source,
    amount: appliedPayments.reduce((sum, { amount }) => sum + amount.amount, prepaidAmount.amount),
  },
  ...appliedPayments.flatMap(({ invoiceId, amount, entriesOfShortfall = [] }): LedgerEntry[] => [
    ...entriesOfShortfall,
    {
      account: 'receivable',
      amount: entriesOfShortfall.reduce((sum, each) => sum - each.amount, -amount.amount),
      documentId: invoiceId,
    },
  ]),
  { account: 'prepaid', amount: -prepaidAmount.amount },
];

/** Returns the entries of an invoice payment from prepaid. An accepted shortfall settles the rest of the invoice. */
export const entriesOfPrepaidPayment = (
  invoiceId: string,
  amount: number,
  entriesOfShortfall: readonly LedgerEntry[] = [],
): LedgerEntry[] => [
  { account: 'prepaid', amount },
  ...entriesOfShortfall,
  {
    account: 'receivable',
    amount: entriesOfShortfall.reduce((sum, each) => sum - each.amount, -amount),
    documentId: invoiceId,
  },
];

/** Returns the entries with the opposite sign. Bookings are never edited, so a reversal is a separate booking. */
export const reversedEntries = (entries: readonly LedgerEntry[]): LedgerEntry[] =>
  entries.map((entry) => ({ ...entry, amount: -entry.amount }));
