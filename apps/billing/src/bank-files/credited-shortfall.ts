import type { Invoice } from '../documents/invoice.entity.ts';
import type { readLinesOf } from '../documents/stored-lines.ts';
import type { LedgerEntry } from '../ledger/ledger-entry.ts';
import { shortfallEntries, taxSharesOf } from '../vat/tax-shares.ts';

/**
 * Returns the entries without the part of the accepted shortfall that credit notes have taken back, and the rest of the
 * shortfall. Only a payment of a single invoice has a shortfall.
 */
export function withoutCreditedShortfall(
  entries: readonly LedgerEntry[],
  [invoice]: readonly Invoice[],
  lines: Awaited<ReturnType<typeof readLinesOf>>,
): { entries: readonly LedgerEntry[]; shortfall: number } {
  const shortfallOfPayment = entries.filter(isShortfall);
  const acceptedAmount = shortfallOfPayment.reduce((sum, { amount }) => sum + amount, 0);
  const shortfall = Math.min(acceptedAmount, invoice?.shortfallAmount ?? 0);
  const creditedAmount = acceptedAmount - shortfall;
  if (creditedAmount === 0) return { entries, shortfall };
  const { account } = shortfallOfPayment.find((each) => each.account !== 'vat')!;
  const shares = taxSharesOf(lines.get(invoice!.id)!, invoice!.taxPlace);
  return {
    entries: [
      ...entries
        .filter((each) => !isShortfall(each))
        .map((each) => (each.account === 'receivable' ? { ...each, amount: each.amount + creditedAmount } : each)),
      ...shortfallEntries(account, shares, shortfall, invoice!.shortfallAmount - shortfall),
    ],
    shortfall,
  };
}

/** The entries of an accepted shortfall: net amounts and VAT. */
const isShortfall = ({ account, amount }: LedgerEntry): boolean =>
  (account === 'bank_fees' || account === 'payment_differences' || account === 'vat') && amount > 0;
