import { toUuid } from '@cordee/contracts/id';
import type { EntityManager } from '@mikro-orm/postgresql';
import { isSameBooking, shareBankReference, type BookingIdentity } from './booking-identity.ts';
import type { BankReport } from './movements.ts';

interface Candidate {
  readonly identity: BookingIdentity;
  /** True for a booking of an earlier import. */
  readonly isStored: boolean;
  /** The key of the row in the database; undefined for a booking of the current set. */
  readonly rowId?: string | undefined;
  /** The report that contained the booking. */
  readonly report: BankReport;
  /** True for money of the seller in a notification, which the account statement books. */
  readonly isIgnored?: boolean;
  isClaimed: boolean;
  /** True when `recognize` has found the booking for an entry of the current set. */
  isRecognized?: boolean;
}

interface KnownRow {
  id: string;
  key: string;
  identity: Omit<BookingIdentity, 'key'>;
  report: BankReport;
  is_earlier: boolean;
  is_ignored: boolean;
}

/**
 * SQL that selects the bookings that share a key and a reference, or a key and the content. Parameters: the probes, and
 * the current file. `offset 0` keeps PostgreSQL from a scan of the whole table, which it would choose while the table
 * has no statistics.
 */
export const knownBookingsSql = `
  with wanted as (
     select key, array_agg(probe) as probes from jsonb_to_recordset(?::jsonb) as row (key uuid, probe jsonb)
     group by key
   )
   select known.id, replace(key::text, '-', '') as key, known.identity, known.bank_file_id <> ? as is_earlier,
          is_ignored, report
   from wanted cross join lateral (
     select id, identity, bank_file_id, status = 'ignored' as is_ignored,
            (select kind from bank_file where bank_file.id = bank_file_id) as report
     from bank_booking
     where identity_key = key and identity @> any(probes)
     union all
     select id, identity, bank_file_id, false, report from clearing_entry
     where identity_key = key and identity @> any(probes)
     offset 0
   ) known`;

/**
 * Recognizes the bookings of a file that an earlier import, or an earlier entry of the file, contains (PAY-2). The file
 * comes in sets. Only the bookings with the keys of the current set are in memory: the bookings of earlier sets are
 * read from the database.
 */
export class KnownBookings {
  /** The known bookings by key and reference, or by key and content. */
  private candidates = new Map<string, Candidate[]>();
  /**
   * The new bookings of the last entry. They become candidates only after the entry, because the payments of an entry
   * are different bookings.
   */
  private currentEntry: { pointer: string; addedIdentities: BookingIdentity[] } = { pointer: '', addedIdentities: [] };
  /** The claimed rows of the database. */
  private readonly claimedRows = new Set<string>();
  /** The number of claimed bookings of earlier sets that had no row when they were claimed. */
  private readonly claimedIdentities = new Map<string, number>();
  /** New bookings that are stored only at the end of the import, by key. */
  private readonly unstored = new Map<string, Candidate[]>();

  /**
   * @param report the kind of the file
   * @param identities the bookings of earlier imports
   */
  constructor(
    private readonly report: BankReport,
    identities: Iterable<BookingIdentity> = [],
  ) {
    for (const identity of identities) this.add({ identity, report, isStored: true, isClaimed: false });
  }

  /**
   * Reads the known bookings that may be the same as one of the set. Call this method before the bookings of a set are
   * claimed. Many bookings have the same key, for example payments of the same price on one day, so only those are read
   * that share a reference or the content.
   */
  async loadSet(em: EntityManager, fileId: `bkf_${string}`, identities: readonly BookingIdentity[]): Promise<void> {
    const rows = await em.execute<KnownRow[]>(knownBookingsSql, [
      JSON.stringify(identities.flatMap(probesOf)),
      toUuid(fileId),
    ]);
    const wanted = new Set(identities.map(({ key }) => key));
    this.candidates = new Map();
    this.currentEntry = { pointer: '', addedIdentities: [] };
    const claimedIdentities = new Map(this.claimedIdentities);
    for (const { id, key, identity, report, is_earlier: isStored, is_ignored: isIgnored } of rows) {
      const isClaimed = this.claimedRows.has(id);
      const candidate = { identity: { ...identity, key }, isStored, rowId: id, report, isIgnored, isClaimed };
      if (!isStored && !candidate.isClaimed)
        candidate.isClaimed = takeOne(claimedIdentities, textOf(candidate.identity));
      this.add(candidate);
    }
    for (const key of wanted) for (const candidate of this.unstored.get(key) ?? []) this.add(candidate);
  }

  /**
   * True when earlier imports of the same report contain all the bookings. Within a set, each known booking is
   * recognized once. Does not claim the bookings.
   */
  recognize(identities: readonly BookingIdentity[]): boolean {
    const found: Candidate[] = [];
    for (const identity of identities) {
      const candidate = this.findEarlier(identity);
      if (candidate) found.push(candidate);
      for (const each of candidate ? [candidate] : found) each.isRecognized = candidate !== undefined;
      if (!candidate) return false;
    }
    return true;
  }

  /**
   * Returns false when the booking is known. A known booking is claimed once: the second of two equal payments in an
   * entry is a duplicate only when two such bookings are known. An own movement, and a candidate with `isIgnored`, is
   * compared only with bookings of the same report.
   */
  claim(identity: BookingIdentity, pointer: string, isOwnMovement = false): boolean {
    if (pointer !== this.currentEntry.pointer) {
      for (const addedIdentity of this.currentEntry.addedIdentities)
        this.add({ identity: addedIdentity, report: this.report, isStored: false, isClaimed: false });
      this.currentEntry = { pointer, addedIdentities: [] };
    }
    const knownBooking = this.find(identity, isOwnMovement);
    if (knownBooking) this.markAsClaimed(knownBooking);
    else this.currentEntry.addedIdentities.push(identity);
    return !knownBooking;
  }

  /** Keeps new bookings that the database does not contain before the next set. */
  keepUnstored(identities: readonly BookingIdentity[]): void {
    for (const identity of identities) {
      const isClaimed = takeOne(this.claimedIdentities, textOf(identity));
      const list = this.unstored.get(identity.key);
      const candidate = { identity, report: this.report, isStored: false, isClaimed };
      if (list) list.push(candidate);
      else this.unstored.set(identity.key, [candidate]);
    }
  }

  private markAsClaimed(candidate: Candidate): void {
    candidate.isClaimed = true;
    if (candidate.rowId !== undefined) this.claimedRows.add(candidate.rowId);
    else if (!this.unstored.get(candidate.identity.key)?.includes(candidate)) {
      const text = textOf(candidate.identity);
      this.claimedIdentities.set(text, (this.claimedIdentities.get(text) ?? 0) + 1);
    }
  }

  private findEarlier(identity: BookingIdentity): Candidate | undefined {
    for (const list of this.listsOf(identity))
      for (const candidate of list)
        if (
          candidate.isStored &&
          !candidate.isClaimed &&
          !candidate.isRecognized &&
          candidate.report === this.report &&
          isSameBooking(candidate.identity, identity)
        )
          return candidate;
    return undefined;
  }

  /** The candidates that share a part of an identity, the shortest list first: it is the fastest to search. */
  private listsOf(identity: BookingIdentity): Candidate[][] {
    return indexKeysOf(identity)
      .flatMap((key) => [this.candidates.get(key) ?? []])
      .toSorted((left, right) => left.length - right.length);
  }

  private find(identity: BookingIdentity, isOwnMovement: boolean): Candidate | undefined {
    for (const list of this.listsOf(identity))
      for (let index = 0; index < list.length; index += 1) {
        const candidate = list[index]!;
        if (candidate.isClaimed) {
          list.splice(index, 1);
          index -= 1;
        } else if (
          // Without a reference of the bank, two entries of one file are two bookings.
          (candidate.isStored || shareBankReference(candidate.identity, identity)) &&
          (candidate.report === this.report || !(isOwnMovement || candidate.isIgnored)) &&
          isSameBooking(candidate.identity, identity)
        )
          return candidate;
      }
    return undefined;
  }

  private add(candidate: Candidate): void {
    for (const key of indexKeysOf(candidate.identity)) {
      const list = this.candidates.get(key);
      if (list) list.push(candidate);
      else this.candidates.set(key, [candidate]);
    }
  }
}

/** A booking is looked up by each of its references, because the same booking shares at least one reference. */
function indexKeysOf({ key, references, content }: BookingIdentity): string[] {
  const names = Object.keys(references);
  return names.length > 0 ? names.map((name) => `${key} ${name} ${references[name]}`) : [`${key} ${content}`];
}

/** Returns the parts of a stored identity of which the same booking has at least one. */
function probesOf({ key, references, content }: BookingIdentity): { key: string; probe: object }[] {
  const names = Object.keys(references);
  if (names.length === 0) return [{ key, probe: { references: {}, content } }];
  return names.map((name) => ({ key, probe: { references: { [name]: references[name] } } }));
}

/** Two identities are equal when their texts are equal. PostgreSQL changes the order of the references. */
const textOf = ({ key, references, content, payment = {} }: BookingIdentity): string =>
  JSON.stringify([key, content, sortedEntries(references), sortedEntries(payment)]);

const sortedEntries = (references: Readonly<Record<string, string>>): [string, string][] =>
  Object.entries(references).toSorted(([left], [right]) => (left < right ? -1 : 1));

/** Returns true, and removes one, when the count of the text is positive. */
function takeOne(counts: Map<string, number>, text: string): boolean {
  const count = counts.get(text) ?? 0;
  if (count > 0) counts.set(text, count - 1);
  return count > 0;
}
