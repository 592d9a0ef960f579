import type { Input } from '@cordee/contracts/contract';
import { DomainError } from '@cordee/contracts/domain-error';
import type { restrictResource } from '@cordee/contracts/teams/restriction';
import { validateGrants, type GrantSubject } from '../grants/validate-grants.ts';

type RequestedRestriction = Pick<Input<typeof restrictResource>, 'productId' | 'resourceId' | 'right' | 'endsAt'> & {
  holder: Input<typeof restrictResource>['holder'] | undefined;
};

/** Throws for an unknown right, an end in the past, and an unknown holder or resource. */
export async function checkRestriction(
  subject: GrantSubject,
  { productId, resourceId, holder, right, endsAt }: RequestedRestriction,
  now: Date,
): Promise<void> {
  const [error] = await validateGrants(
    subject,
    [{ holder, object: { kind: 'resource', productId, resourceId }, right, endsAt, pointer: '' }],
    now,
  );
  if (!error) return;
  // The resource is part of the path, not of the body.
  throw new DomainError(error.code, {
    errors: error.errors.map((each) => ({ ...each, pointer: each.pointer.replace('/object', '') })),
  });
}
