import type { PartRows } from '@cordee/access/organization-access';
import { OrganizationAccess } from '@cordee/access/organization-access';
import type { TypeRights } from '@cordee/access/type-rights';
import type { Input } from '@cordee/contracts/contract';
import { inputError } from '@cordee/contracts/input-error';
import { getMemberSnapshot } from '@cordee/contracts/identity/member';
import { getProductSnapshot } from '@cordee/contracts/products/product-snapshot';
import { getGrantSnapshot } from '@cordee/contracts/teams/grant-snapshot';
import type { RpcClient } from '@cordee/messaging/rpc-client';

/** Grants and memberships are kept this long after their end (RET-1). */
const KEPT_YEARS = 3;

/** Refuses what has not happened yet, and what is no longer on record. */
export function checkInstant(at: Date, now: Date): void {
  if (at > now) throw inputError('INSTANT_IN_FUTURE', '/at', 'is later than now');
  const kept = new Date(now);
  kept.setUTCFullYear(kept.getUTCFullYear() - KEPT_YEARS);
  if (at < kept) throw inputError('BEYOND_RETENTION', '/at', `is more than ${KEPT_YEARS} years ago`);
}

/** Whom and what a question is about; the past of an organization is asked for as far as it matters for that. */
export type About = Pick<NonNullable<Input<typeof getGrantSnapshot>['about']>, 'accountId' | 'productId'>;

/**
 * The facts of an organization as they were at an instant, asked of their owners and not kept. The rights of product
 * types are those of now: none is ever removed.
 */
export async function loadPastAccess(
  rpc: RpcClient,
  organizationId: `org_${string}`,
  at: Date,
  about: About,
  typeRights: TypeRights,
): Promise<OrganizationAccess> {
  const loadPages = async <P extends keyof PartRows>(
    contract: typeof getMemberSnapshot | typeof getGrantSnapshot | typeof getProductSnapshot,
    part: P,
    into: OrganizationAccess,
  ): Promise<void> => {
    for (let cursor: string | null | undefined; cursor !== null;) {
      const page = await rpc.call(contract, {
        organizationId,
        at: at.toISOString(),
        about,
        ...(cursor === undefined ? {} : { cursor }),
      });
      into.apply(part, page as unknown as PartRows[P]);
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
