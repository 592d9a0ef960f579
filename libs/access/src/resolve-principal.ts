import type { BitSet } from './bit-set.ts';
import type { AccessSnapshot } from './access-snapshot.ts';
import { pathsTo, type GrantPath } from './grant-paths.ts';
import { manages, type Person } from './people.ts';

/**
 * A person with the paths (person → team → parent) by which grants apply to the person. A resolved principal stays
 * valid until one of the paths ends.
 */
export interface ResolvedPrincipal {
  readonly person: Person;
  readonly isManager: boolean;
  /** The paths by holder; see `pathsTo`. */
  readonly paths: ReadonlyMap<string, readonly GrantPath[]>;
  /** The validity in milliseconds since 1970; `validUntil` is exclusive. */
  readonly validFrom: number;
  readonly validUntil: number;
  /** The numbers of the holders in `paths`; see `Grants.numbersOf`. */
  readonly holderNumbers: BitSet;
}

export function resolvePrincipal(snapshot: AccessSnapshot, person: Person, at: number): ResolvedPrincipal {
  let [validFrom, validUntil] = [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY];
  const paths = pathsTo(snapshot.grants.teams, person, at, (end) => {
    // Before an end that has passed, one more path existed.
    if (end <= at) validFrom = Math.max(validFrom, end);
    else validUntil = Math.min(validUntil, end);
  });
  return {
    person,
    isManager: manages(person),
    paths,
    holderNumbers: snapshot.grants.numbersOf(paths.keys()),
    validFrom,
    validUntil,
  };
}
