import type { AccessSnapshot } from './decide.ts';
import type { Given } from './packed-grants.ts';
import { manages, type Person } from './people.ts';
import type { Product } from './products.ts';
import type { Way } from './teams.ts';

/** How a person stands in an organization: by way of whom grants reach them. Worked out once and good until something in it ends by its own. */
export interface Standing {
  readonly person: Person;
  readonly isManager: boolean;
  /** By holder; see `Teams.waysTo`. */
  readonly ways: ReadonlyMap<string, readonly Way[]>;
  /** Milliseconds since 1970: it is good from the one up to the other. */
  readonly from: number;
  readonly until: number;
  /** The same holders as `Grants.bitsOf`. */
  readonly bits: Uint32Array;
}

export function standingOf(facts: AccessSnapshot, person: Person, at: number): Standing {
  let [from, until] = [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY];
  const ways = facts.grants.teams.waysTo(person, at, (instant) => {
    if (instant <= at) from = Math.max(from, instant);
    else until = Math.min(until, instant);
  });
  return { person, isManager: manages(person), ways, bits: facts.grants.bitsOf(ways.keys()), from, until };
}

/** A product with what is given on it and on its type: what most checks look at, in one place. */
export interface Shelf {
  readonly product: Product;
  readonly onProduct: Given;
  readonly onType: Given;
  /** Of its type, as long as the process lives. */
  readonly rights: ReadonlySet<string>;
}
