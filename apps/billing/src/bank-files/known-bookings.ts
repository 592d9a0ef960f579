import type { EntityManager } from '@mikro-orm/postgresql';
import { isSameBooking, type BookingIdentity } from './booking-identity.ts';

interface Candidate {
  readonly identity: BookingIdentity;
  /** The entry of this file; undefined for a booking of an earlier import. */
  readonly pointer: string | undefined;
  isClaimed: boolean;
}

/** Recognizes the bookings of a file that an earlier import, or an earlier entry of the file, contains (PAY-2). */
export class KnownBookings {
  private readonly candidates = new Map<string, Candidate[]>();

  /** @param identities the bookings of earlier imports */
  constructor(identities: Iterable<BookingIdentity>) {
    for (const identity of identities) this.add({ identity, pointer: undefined });
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
    const known = this.candidates.get(identity.key)?.find(
      (candidate) =>
        !candidate.isClaimed &&
        candidate.pointer !== pointer &&
        isSameBooking(candidate.identity, identity) &&
        // Without references, two entries of one file are two bookings.
        (candidate.pointer === undefined || Object.keys(identity.references).length > 0),
    );
    if (known) known.isClaimed = true;
    else this.add({ identity, pointer });
    return !known;
  }

  private add(candidate: Omit<Candidate, 'isClaimed'>): void {
    const { key } = candidate.identity;
    const sameKey = this.candidates.get(key);
    if (sameKey) sameKey.push({ ...candidate, isClaimed: false });
    else this.candidates.set(key, [{ ...candidate, isClaimed: false }]);
  }
}
