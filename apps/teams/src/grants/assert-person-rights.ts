import { DomainError } from '@cordee/contracts/domain-error';
import { inputError } from '@cordee/contracts/input-error';
import { validateGrants, type ValidationSources } from './validate-grants.ts';
import { holderFor, objectFor, type PersonAndObject } from './read-person-rights.ts';

/** Maps pointers of a grant request to pointers of the input, which has the ids of the object in its own fields. */
const inputPointers: Readonly<Record<string, string>> = {
  '/object/productId': '/productId',
  '/object/resourceId': '/resourceId',
};

/** The requested rights, and the rights that active grants already give the person on this object with this end. */
interface RequestedRights extends PersonAndObject {
  rights: readonly string[];
  endsAt: string | null;
  existingRights: ReadonlySet<string>;
}

/**
 * Throws when the person or the object does not exist, or when a right cannot be granted. Existing rights are not
 * validated, because the catalogue may have retired them.
 */
export async function assertPersonRights(
  sources: ValidationSources,
  requested: RequestedRights,
  now: Date,
): Promise<void> {
  if (!sources.access.people.find(requested.accountId))
    throw inputError('PERSON_NOT_FOUND', '/accountId', 'does not belong to the organization');
  const request = { holder: holderFor(requested), object: objectFor(requested), endsAt: requested.endsAt, pointer: '' };
  const addedRequests = requested.rights.flatMap((right, index) =>
    requested.existingRights.has(right) ? [] : [{ ...request, right, rightPointer: `/rights/${index}` }],
  );
  // The request without a right validates the person and the object, also when no right is added.
  const error = (await validateGrants(sources, [{ ...request, right: null }, ...addedRequests], now)).find(
    (validationError) => validationError !== undefined,
  );
  if (error)
    throw new DomainError(error.code, {
      errors: error.errors.map((fieldError) => ({
        ...fieldError,
        pointer: inputPointers[fieldError.pointer] ?? fieldError.pointer,
      })),
    });
}
