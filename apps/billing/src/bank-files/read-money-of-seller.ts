import type { EntityManager } from '@mikro-orm/postgresql';
import type { BankEntry } from './bank-file.ts';
import type { KnownBookings } from './known-bookings.ts';
import type { BankReport, IdentifiedEntries, IdentifiedEntry } from './movements.ts';
import { readOtherReportEntries } from './other-report-entries.ts';
import type { OwnMovementRules } from './own-movement-rules.ts';

interface Sources {
  /** The bookings of earlier imports. */
  readonly knownBookings: KnownBookings;
  readonly rules: OwnMovementRules;
  readonly countingReportOf: (account: string) => BankReport;
}

/**
 * Decides which entries are money of the seller (PAY-2); the others are money of customers. An entry of an earlier
 * import, or of the other report, keeps its earlier decision: the rules may have changed since, and the same money must
 * not be booked in two ways. The rules decide about all other entries.
 */
export async function readMoneyOfSeller(
  em: EntityManager,
  { kind, entries }: IdentifiedEntries,
  { knownBookings, rules, countingReportOf }: Sources,
): Promise<(entry: IdentifiedEntry) => boolean> {
  const isOfSeller = new Map<BankEntry, boolean>();
  const undecided: { ofSeller: IdentifiedEntry[]; ofCustomers: IdentifiedEntry[] } = { ofSeller: [], ofCustomers: [] };
  for (const each of entries) {
    const { account, entry, bookings, total } = each;
    const earlierDecision = knownBookings.recognize([total.identity])
      ? false
      : knownBookings.recognize(bookings.map(({ identity }) => identity)) || undefined;
    const isSellerMoney = earlierDecision ?? bookings.every(rules.isOwnMovement);
    isOfSeller.set(entry, isSellerMoney);
    if (earlierDecision !== undefined) continue;
    const onlyProvesTotals = kind === '053' && countingReportOf(account) === '054';
    if (!isSellerMoney && (onlyProvesTotals || kind === '054')) undecided.ofCustomers.push(each);
    // A notification has more details about a payment to a customer than the statement.
    else if (isSellerMoney && (onlyProvesTotals || (kind === '054' && !bookings.every(rules.isOutgoingPayment))))
      undecided.ofSeller.push(each);
  }
  for (const [entry, wasOfSeller] of await readOtherReportEntries(em, kind, undecided))
    isOfSeller.set(entry, wasOfSeller);
  return ({ entry }) => isOfSeller.get(entry)!;
}
