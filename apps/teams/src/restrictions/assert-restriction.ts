import type { Input } from '@cordee/contracts/contract';
import { DomainError } from '@cordee/contracts/domain-error';
import type { restrictResource } from '@cordee/contracts/teams/restriction';
import { validateGrants, type ValidationSources } from '../grants/validate-grants.ts';

type RequestedRestriction = Pick<Input<typeof restrictResource>, 'productId' | 'resourceId' | 'right' | 'endsAt'> & {
  holder: Input<typeof restrictResource>['holder'] | undefined;
};

/**
 * Throws when the person, the product, the resource or the right is unknown, when an external cannot have the right, or
 * when the end is in the past. Does not check that a team exists: callers check the team.
 */
export async function assertRestriction(
  sources: ValidationSources,
  { productId, resourceId, holder, right, endsAt }: RequestedRestriction,
  now: Date,
): Promise<void> {
  const [error] = await validateGrants(
    sources,
    [{ holder, object: { kind: 'resource', productId, resourceId }, right, endsAt, pointer: '' }],
    now,
  );
  if (!error) return;
  // The input has no field `object`: the ids of the product and the resource are fields of the input itself.
  throw new DomainError(error.code, {
    errors: error.errors.map((fieldError) => ({ ...fieldError, pointer: fieldError.pointer.replace('/object', '') })),
  });
}
