import type { PartRows } from '@cordee/access/organization-access';
import { OrganizationAccess } from '@cordee/access/organization-access';
import type { TypeRights } from '@cordee/access/type-rights';
import type { Input } from '@cordee/contracts/contract';
import { inputError } from '@cordee/contracts/input-error';
import { getMemberSnapshot } from '@cordee/contracts/identity/member';
import { getProductSnapshot } from '@cordee/contracts/products/product-snapshot';
import { getGrantSnapshot } from '@cordee/contracts/teams/grant-snapshot';
import type { RpcClient } from '@cordee/messaging/rpc-client';

/** The number of years for which ended grants and memberships are retained (RET-1). */
const RETENTION_YEARS = 3;

/** Throws when the instant is in the future, or when data of the instant is no longer retained. */
export function assertInstant(at: Date, now: Date): void {
  if (at > now) throw inputError('INSTANT_IN_FUTURE', '/at', 'is in the future');
  const oldest = new Date(now);
  oldest.setUTCFullYear(oldest.getUTCFullYear() - RETENTION_YEARS);
  if (at < oldest) throw inputError('BEYOND_RETENTION', '/at', `is more than ${RETENTION_YEARS} years ago`);
}

/** The person and the product of a question. Only the access data of this person and this product is loaded. */
export type PastQuestion = Pick<NonNullable<Input<typeof getGrantSnapshot>['about']>, 'accountId' | 'productId'>;

/**
 * Loads the access of an organization at a past instant from the services that own the data. The result is not cached.
 * The current rights of product types are used, because the catalogue never deletes a right.
 */
export async function loadPastAccess(
  rpc: RpcClient,
  organizationId: `org_${string}`,
  at: Date,
  question: PastQuestion,
  typeRights: TypeRights,
): Promise<OrganizationAccess> {
  const loadPages = async <P extends keyof PartRows>(
    contract: typeof getMemberSnapshot | typeof getGrantSnapshot | typeof getProductSnapshot,
    part: P,
    access: OrganizationAccess,
  ): Promise<void> => {
    for (let cursor: string | null | undefined; cursor !== null;) {
      const page = await rpc.call(contract, {
        organizationId,
        at: at.toISOString(),
        about: question,
        ...(cursor === undefined ? {} : { cursor }),
      });
      access.apply(part, page as unknown as PartRows[P]);
      cursor = page.nextCursor;
    }
  };
  const access = new OrganizationAccess(typeRights);
  await Promise.all([
    loadPages(getMemberSnapshot, 'people', access),
    loadPages(getGrantSnapshot, 'grants', access),
    loadPages(getProductSnapshot, 'products', access),
  ]);
  return access;
}
