import { DomainError } from '@cordee/contracts/domain-error';
import { inputError } from '@cordee/contracts/input-error';
import { validateGrants, type GrantSubject } from './validate-grants.ts';
import { holderFor, objectFor, type PersonOnThing } from './read-person-rights.ts';

/** Where the parts of a grant stand in an input that names the thing in its path. */
const places: Readonly<Record<string, string>> = {
  '/object/productId': '/productId',
  '/object/resourceId': '/resourceId',
};

/** What is asked for, and which of the rights the person has on exactly this already, until the same end. */
interface Wanted extends PersonOnThing {
  rights: readonly string[];
  endsAt: string | null;
  standing: ReadonlySet<string>;
}

/** Refuses a person or a thing that is not there, and rights that cannot be given to this person on it. What they have already is not given, so it is not judged: it may no longer be sold. */
export async function checkPersonRights(subject: GrantSubject, asked: Wanted, now: Date): Promise<void> {
  if (!subject.access.people.find(asked.accountId))
    throw inputError('PERSON_NOT_FOUND', '/accountId', 'does not belong to the organization');
  const request = { holder: holderFor(asked), object: objectFor(asked), endsAt: asked.endsAt, pointer: '' };
  const added = asked.rights.flatMap((right, index) =>
    asked.standing.has(right) ? [] : [{ ...request, right, rightPointer: `/rights/${index}` }],
  );
  const error = (await validateGrants(subject, [{ ...request, right: null }, ...added], now)).find(
    (refused) => refused !== undefined,
  );
  if (error)
    throw new DomainError(error.code, {
      errors: error.errors.map((place) => ({ ...place, pointer: places[place.pointer] ?? place.pointer })),
    });
}
