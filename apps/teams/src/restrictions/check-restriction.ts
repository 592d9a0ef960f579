import type { Input } from '@cordee/contracts/contract';
import { DomainError } from '@cordee/contracts/domain-error';
import type { restrictResource } from '@cordee/contracts/teams/restriction';
import { validateGrants, type GrantSubject } from '../grants/validate-grants.ts';

type Wanted = Pick<Input<typeof restrictResource>, 'productId' | 'resourceId' | 'right' | 'endsAt'> & {
  holder: Input<typeof restrictResource>['holder'] | undefined;
};

/** Refuses an unknown right, an end in the past, and a holder or a resource that is not there. */
export async function checkRestriction(
  subject: GrantSubject,
  { productId, resourceId, holder, right, endsAt }: Wanted,
  now: Date,
): Promise<void> {
  const [error] = await validateGrants(
    subject,
    [{ holder, object: { kind: 'resource', productId, resourceId }, right, endsAt, pointer: '' }],
    now,
  );
  if (!error) return;
  // The resource is named in the path.
  throw new DomainError(error.code, {
    errors: error.errors.map((place) => ({ ...place, pointer: place.pointer.replace('/object', '') })),
  });
}
