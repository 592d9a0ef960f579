import type { Output } from '@cordee/contracts/contract';
import type { getDefaultRights } from '@cordee/contracts/teams/default-rights';
import type { ProductType } from '../grants/catalogue.ts';
import type { DefaultRights } from './default-rights.entity.ts';

/**
 * The default rights of a resource kind: the rights that the organization has set, or the default of the catalogue.
 * Retired rights are left out.
 */
export function viewDefaultRights(
  productId: `prd_${string}`,
  { kind, rights, defaultRights }: ProductType['resourceRights'][number],
  stored: DefaultRights | null,
): Output<typeof getDefaultRights> {
  const rightsOfOrganization = stored?.accessRights ?? null;
  return {
    productId,
    kind,
    rights: (rightsOfOrganization ?? defaultRights).filter((right) => rights.includes(right)),
    // False while the default of the catalogue applies.
    isOwn: rightsOfOrganization !== null,
    version: stored?.version ?? 0,
  };
}
