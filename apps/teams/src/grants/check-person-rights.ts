import { DomainError } from '@cordee/contracts/domain-error';
import { judgeGrants, type GrantSubject } from './check-grants.ts';
import { holderFor, objectFor, type PersonOnThing } from './read-person-rights.ts';

/** Where the parts of a grant stand in an input that names the person and the thing in its path. */
const places: Readonly<Record<string, string>> = { '/holder/accountId': '/accountId', '/object/productId': '/productId', '/object/resourceId': '/resourceId', '/endsAt': '/endsAt' };

/** Refuses a person or a thing that is not there, and rights that cannot be given to this person on it. */
export async function checkPersonRights(subject: GrantSubject, asked: PersonOnThing & { rights: readonly string[]; endsAt: string | null }, now: Date): Promise<void> {
  const request = { holder: holderFor(asked), object: objectFor(asked), endsAt: asked.endsAt, pointer: '' };
  const refused = await judgeGrants(subject, [{ ...request, right: null }, ...asked.rights.map((right) => ({ ...request, right }))], now);
  for (const [index, error] of refused.entries()) {
    if (!error) continue;
    const pointerOf = (pointer: string): string => places[pointer] ?? `/rights/${index - 1}`;
    throw new DomainError(error.code, { errors: error.errors.map((place) => ({ ...place, pointer: pointerOf(place.pointer) })) });
  }
}
