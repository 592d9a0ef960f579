import type { Output } from '@cordee/contracts/contract';
import type { getDefaultRights } from '@cordee/contracts/teams/default-rights';
import type { ProductType } from '../grants/catalogue.ts';
import type { DefaultRights } from './default-rights.entity.ts';

/** What owners begin with: the organization's own set, or that of the catalogue. A right that the catalogue no longer has is given to nobody. */
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
