import { permissions } from '@cordee/contracts/permissions';
import { getTypeRights } from '@cordee/contracts/products/product-type';
import { inputError } from '@cordee/contracts/input-error';
import type { Call } from '@cordee/messaging/call';
import type { RpcClient } from '@cordee/messaging/rpc-client';

const RIGHT_PREFIX = 'right:';
const ALL_RIGHTS = 'right:*';

/** Rejects unknown scopes. Returns the scopes without duplicates. The product types define the known rights. */
export async function requireKnownScopes(scopes: readonly string[], rpc: RpcClient, call: Call): Promise<string[]> {
  const hasRights = scopes.some((scope) => scope.startsWith(RIGHT_PREFIX) && scope !== ALL_RIGHTS);
  const rights = hasRights ? await queryRights(rpc, call) : new Set<string>();
  const isKnown = (scope: string): boolean =>
    scope === ALL_RIGHTS ||
    Object.hasOwn(permissions, scope) ||
    (scope.startsWith(RIGHT_PREFIX) && rights.has(scope.slice(RIGHT_PREFIX.length)));
  const unknownPointers = scopes.flatMap((scope, index) => (isKnown(scope) ? [] : [`/scopes/${index}`]));
  if (unknownPointers.length > 0)
    throw inputError('API_TOKEN_SCOPE_UNKNOWN', unknownPointers, 'is neither a permission nor a right');
  return [...new Set(scopes)];
}

/** Queries the rights of all product types, including retired product types, because their grants stay valid. */
async function queryRights(rpc: RpcClient, call: Call): Promise<Set<string>> {
  const { data } = await rpc.call(getTypeRights, {}, { causedBy: call });
  return new Set(data.flatMap(({ rights }) => rights));
}
