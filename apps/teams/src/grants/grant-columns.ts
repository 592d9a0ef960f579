import type { GrantHolder, GrantObject } from '@cordee/contracts/teams/grant-facts';

/** A holder and an object as columns: of each kind, its own ones are set and the others null. */
export interface GrantColumns {
  holderAccountId?: `acc_${string}` | null | undefined;
  holderTeamId?: `team_${string}` | null | undefined;
  productType?: string | null | undefined;
  productId?: `prd_${string}` | null | undefined;
  resourceId?: `res_${string}` | null | undefined;
}

export function holderOf({ holderAccountId, holderTeamId }: GrantColumns): GrantHolder {
  if (holderAccountId) return { kind: 'account', accountId: holderAccountId };
  return holderTeamId ? { kind: 'team', teamId: holderTeamId } : { kind: 'organization' };
}

export function objectOf({ productType, productId, resourceId }: GrantColumns): GrantObject {
  if (productType) return { kind: 'product_type', type: productType };
  return resourceId ? { kind: 'resource', productId: productId!, resourceId } : { kind: 'product', productId: productId! };
}

export const columnsOf = ({ holder, object, right }: { holder: GrantHolder; object: GrantObject; right: string }) => ({
  holderKind: holder.kind,
  holderAccountId: holder.kind === 'account' ? holder.accountId : null,
  holderTeamId: holder.kind === 'team' ? holder.teamId : null,
  objectKind: object.kind,
  productType: object.kind === 'product_type' ? object.type : null,
  productId: object.kind === 'product_type' ? null : object.productId,
  resourceId: object.kind === 'resource' ? object.resourceId : null,
  accessRight: right,
});
