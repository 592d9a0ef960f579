import type { EntityManager } from '@mikro-orm/postgresql';
import { isSameBooking, type BookingIdentity } from './booking-identity.ts';

interface Candidate {
  readonly identity: BookingIdentity;
  /** True for a booking of an earlier import. */
  readonly isStored: boolean;
  isClaimed: boolean;
}

/** Recognizes the bookings of a file that an earlier import, or an earlier entry of the file, contains (PAY-2). */
export class KnownBookings {
  /** The known bookings by key and reference, or by key and content. */
  private readonly candidates = new Map<string, Candidate[]>();
  /**
   * The new bookings of the last entry. They become candidates only after the entry, because the payments of an entry
   * are different bookings.
   */
  private currentEntry: { pointer: string; addedIdentities: BookingIdentity[] } = { pointer: '', addedIdentities: [] };

  /** @param identities the bookings of earlier imports */
  constructor(identities: Iterable<BookingIdentity>) {
    for (const identity of identities) this.add(identity, true);
  }

  /** Reads the bookings of earlier imports with one of the keys. */
  static async load(em: EntityManager, keys: Iterable<string>): Promise<KnownBookings> {
    const rows = await em.execute<{ key: string; identity: Omit<BookingIdentity, 'key'> }[]>(
      `with wanted as (select distinct value::uuid as key from jsonb_array_elements_text(?::jsonb) as value)
       select replace(key::text, '-', '') as key, identity
       from wanted join bank_booking on identity_key = key
       union all
       select replace(key::text, '-', ''), identity from wanted join clearing_entry on identity_key = key`,
      [JSON.stringify([...keys])],
    );
    return new KnownBookings(rows.map(({ key, identity }) => ({ ...identity, key })));
  }

  /**
   * Returns false when the booking is known. Each known booking counts once: of two equal payments in an entry, the
   * second is a duplicate only when two are known.
   */
  claim(identity: BookingIdentity, pointer: string): boolean {
    if (pointer !== this.currentEntry.pointer) {
      for (const addedIdentity of this.currentEntry.addedIdentities) this.add(addedIdentity, false);
      this.currentEntry = { pointer, addedIdentities: [] };
    }
    const knownBooking = this.find(identity);
    if (knownBooking) knownBooking.isClaimed = true;
    else this.currentEntry.addedIdentities.push(identity);
    return !knownBooking;
  }

  private find(identity: BookingIdentity): Candidate | undefined {
    // Without references, two entries of one file are two bookings.
    const mustBeStored = Object.keys(identity.references).length === 0;
    const lists = indexKeysOf(identity)
      .flatMap((key) => [this.candidates.get(key) ?? []])
      // The search starts with the shortest list, because it is the fastest to search.
      .toSorted((left, right) => left.length - right.length);
    for (const list of lists)
      for (let index = 0; index < list.length; index += 1) {
        const candidate = list[index]!;
        if (candidate.isClaimed) {
          list.splice(index, 1);
          index -= 1;
        } else if ((candidate.isStored || !mustBeStored) && isSameBooking(candidate.identity, identity))
          return candidate;
      }
    return undefined;
  }

  private add(identity: BookingIdentity, isStored: boolean): void {
    const candidate = { identity, isStored, isClaimed: false };
    for (const key of indexKeysOf(identity)) {
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
