import { newId, toUuid } from '@cordee/contracts/id';
import { sendAhead } from '@cordee/service/database/orm';
import { sqlArray } from '@cordee/service/database/sql-values';
import type { EntityManager } from '@mikro-orm/postgresql';
import { isSameBooking, paymentReferencesOf, type BookingIdentity } from './booking-identity.ts';
import type { EntryTotal } from './movements.ts';
import { signedAmountOf } from './outgoing-payments.ts';

/** An entry of the account statement that staff has assigned, returned or written off. */
interface ResolvedRow {
  id: string;
  account: string;
  currency: string;
  /** Positive for a credit. */
  amount: string;
  value_on: string;
  reference: string | null;
  /** The references of the payment, where the statement states them. */
  payment: Readonly<Record<string, string>> | null;
}

/** An entry of an earlier notification that was matched with such an entry (`absorbs`). */
interface MatchedRow {
  key: string;
  identity: Omit<BookingIdentity, 'key'>;
}

interface Probe {
  readonly total: EntryTotal;
  /** The identity of the entry, with the references of its transactions. */
  readonly identity: BookingIdentity;
  readonly amount: number;
  readonly currency: string;
  readonly valuedOn: string | null;
}

/** The entries of a notification whose money staff has already moved. */
export class ResolvedTotals {
  /** The positions of the entries in the file. */
  private readonly pointers = new Set<string>();

  /**
   * Finds the entries of a notification that an earlier import has matched, and matches the others with entries of the
   * account statement about which staff has decided. Two entries match when all references that both reports contain
   * are equal or, without common references, when the value dates are equal. Each entry matches at most one entry.
   */
  static async load(
    em: EntityManager,
    now: Date,
    fileId: `bkf_${string}`,
    totals: readonly EntryTotal[],
  ): Promise<ResolvedTotals> {
    const resolvedTotals = new ResolvedTotals();
    const probes = totals.flatMap(probesOf);
    if (probes.length === 0) return resolvedTotals;
    const [matchedEntries, resolved] = await Promise.all([readMatched(em, fileId, totals), readResolved(em, probes)]);
    const matches: { probe: Probe; row: ResolvedRow }[] = [];
    const unmatched = probes.filter(({ identity, total }) => {
      const matchedIndex = matchedEntries.findIndex(
        (each) => each.key === identity.key && isSameBooking(each, identity),
      );
      if (matchedIndex < 0) return true;
      matchedEntries.splice(matchedIndex, 1);
      resolvedTotals.pointers.add(total.entry.pointer);
      return false;
    });
    // Matches entries with a common reference first, so that an entry without a reference cannot take their match.
    for (const isSame of [sharesReference, hasSameDate])
      for (const probe of unmatched) {
        if (resolvedTotals.has(probe.total)) continue;
        const index = resolved.findIndex((row) => hasSameAmount(row, probe) && isSame(row, probe));
        if (index < 0) continue;
        matches.push({ probe, row: resolved.splice(index, 1)[0]! });
        resolvedTotals.pointers.add(probe.total.entry.pointer);
      }
    storeMatches(em, now, fileId, matches);
    return resolvedTotals;
  }

  /** True for an entry of a notification whose money staff has already moved. */
  has({ entry }: { readonly entry: { readonly pointer: string } }): boolean {
    return this.pointers.has(entry.pointer);
  }
}

function probesOf(total: EntryTotal): Probe[] {
  const { amount, direction, valueDate, bookingDate } = total.entry;
  if (!amount) return [];
  return [
    {
      total,
      identity: { ...total.identity, references: { ...total.identity.references, ...referencesOf(total) } },
      amount: signedAmountOf({ amount, direction }),
      currency: amount.currency,
      valuedOn: valueDate ?? bookingDate ?? null,
    },
  ];
}

/** Returns the references of the transactions, by the position of their transaction. */
const referencesOf = ({ entry }: EntryTotal): Record<string, string> =>
  Object.fromEntries(
    ('transactions' in entry ? entry.transactions : []).flatMap(({ references }, position) =>
      Object.entries(references).map(([name, reference]) => [`${name} ${position}`, reference]),
    ),
  );

const hasSameAmount = (row: ResolvedRow, { total, amount, currency }: Probe): boolean =>
  row.account === total.account && row.currency === currency && Number(row.amount) === amount;

/** Compares the references that both reports contain. Returns undefined when they have none in common. */
function compareReferences({ reference, payment }: ResolvedRow, { total: { entry } }: Probe): boolean | undefined {
  const ofStatement: Record<string, string> = { ...payment, ...(reference !== null && { entry: reference }) };
  const ofNotification: Record<string, string> = {
    ...paymentReferencesOf(entry),
    ...(entry.reference !== undefined && { entry: entry.reference }),
  };
  const shared = Object.keys(ofStatement).filter((name) => ofNotification[name] !== undefined);
  return shared.length > 0 ? shared.every((name) => ofStatement[name] === ofNotification[name]) : undefined;
}

const sharesReference = (row: ResolvedRow, probe: Probe): boolean => compareReferences(row, probe) === true;

const hasSameDate = (row: ResolvedRow, probe: Probe): boolean =>
  compareReferences(row, probe) === undefined && row.value_on === probe.valuedOn;

async function readMatched(
  em: EntityManager,
  fileId: `bkf_${string}`,
  totals: readonly EntryTotal[],
): Promise<(MatchedRow & BookingIdentity)[]> {
  const rows = await em.execute<MatchedRow[]>(
    `select replace(identity_key::text, '-', '') as key, identity from clearing_entry
     where identity_key = any(?::uuid[]) and absorbs is not null and bank_file_id <> ?`,
    [`{${totals.map(({ identity }) => identity.key).join(',')}}`, toUuid(fileId)],
  );
  return rows.map((row) => ({ ...row, ...row.identity }));
}

/** Reads the entries about which staff has decided and that no notification contains yet. */
const readResolved = (em: EntityManager, probes: readonly Probe[]): Promise<ResolvedRow[]> =>
  em.execute<ResolvedRow[]>(
    `select entry.id, account, currency, amount, value_on::text, reference, identity -> 'payment' as payment
     from clearing_entry entry join suspense_resolution using (booking_id)
     where report = '053' and (reference = any(?::text[]) or value_on = any(?::date[]))
       and not exists (select from clearing_entry notified where notified.absorbs = entry.id)
     order by entry.id`,
    [
      sqlArray([...new Set(probes.flatMap(({ total }) => total.entry.reference ?? []))]),
      sqlArray([...new Set(probes.flatMap(({ valuedOn }) => valuedOn ?? []))]),
    ],
  );

/** Records the entries of the notification, so that the next import recognizes them. They are cleared. */
function storeMatches(
  em: EntityManager,
  now: Date,
  fileId: `bkf_${string}`,
  matches: readonly { probe: Probe; row: ResolvedRow }[],
): void {
  if (matches.length === 0) return;
  sendAhead(
    em,
    `insert into clearing_entry (
       id, account, report, is_awaited, currency, amount, value_on, reference, bank_file_id, identity_key, identity,
       cleared_at, absorbs
     )
     select row.id, row.account, '054', false, row.currency, -row.amount, row."valuedOn", row.reference, ?,
            row."identityKey", row.identity, ?, row.absorbs
     from jsonb_to_recordset(?::jsonb) as row (
       id uuid, account text, currency text, amount bigint, "valuedOn" date, reference text, "identityKey" uuid,
       identity jsonb, absorbs uuid
     )`,
    [
      toUuid(fileId),
      now,
      JSON.stringify(
        matches.map(({ probe: { total, identity, amount, currency, valuedOn }, row }) => ({
          id: toUuid(newId('bkg', now)),
          account: total.account,
          currency,
          amount,
          valuedOn: valuedOn ?? row.value_on,
          reference: total.entry.reference ?? null,
          identityKey: identity.key,
          identity: { references: identity.references, content: identity.content },
          absorbs: row.id,
        })),
      ),
    ],
  );
}
