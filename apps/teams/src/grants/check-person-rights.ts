import { DomainError } from '@cordee/contracts/domain-error';
import { inputError } from '@cordee/contracts/input-error';
import { validateGrants, type GrantSubject } from './validate-grants.ts';
import { holderFor, objectFor, type PersonAndObject } from './read-person-rights.ts';

/** Maps pointers into a grant request to pointers of an input whose object is in the path. */
const pointers: Readonly<Record<string, string>> = {
  '/object/productId': '/productId',
  '/object/resourceId': '/resourceId',
};

/** The requested rights, and the rights that the person already has on the object with the same end. */
interface RequestedRights extends PersonAndObject {
  rights: readonly string[];
  endsAt: string | null;
  existing: ReadonlySet<string>;
}

/**
 * Throws when the person or the object does not exist, or when a right cannot be granted. Existing rights are not
 * validated, because the catalogue may have retired them.
 */
export async function checkPersonRights(subject: GrantSubject, requested: RequestedRights, now: Date): Promise<void> {
  if (!subject.access.people.find(requested.accountId))
    throw inputError('PERSON_NOT_FOUND', '/accountId', 'does not belong to the organization');
  const request = { holder: holderFor(requested), object: objectFor(requested), endsAt: requested.endsAt, pointer: '' };
  const added = requested.rights.flatMap((right, index) =>
    requested.existing.has(right) ? [] : [{ ...request, right, rightPointer: `/rights/${index}` }],
  );
  const error = (await validateGrants(subject, [{ ...request, right: null }, ...added], now)).find(
    (rejected) => rejected !== undefined,
  );
  if (error)
    throw new DomainError(error.code, {
      errors: error.errors.map((each) => ({ ...each, pointer: pointers[each.pointer] ?? each.pointer })),
    });
}
