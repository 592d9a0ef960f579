import type { Output } from '@cordee/contracts/contract';
import type { getDefaultRights } from '@cordee/contracts/teams/default-rights';
import type { ProductType } from '../grants/catalogue.ts';
import type { DefaultRights } from './default-rights.entity.ts';

/**
 * The rights set by the organization, or else the default of the catalogue, without rights that the catalogue does not
 * have any more.
 */
export function viewDefaultRights(
  productId: `prd_${string}`,
  { kind, rights, defaultRights }: ProductType['resourceRights'][number],
  own: DefaultRights | null,
): Output<typeof getDefaultRights> {
  const chosen = own?.accessRights ?? null;
  return {
    productId,
    kind,
    rights: (chosen ?? defaultRights).filter((right) => rights.includes(right)),
    isOwn: chosen !== null,
    version: own?.version ?? 0,
  };
}
