import { permissions } from '@cordee/contracts/permissions';
import { getTypeRights } from '@cordee/contracts/products/product-type';
import { inputError } from '@cordee/contracts/input-error';
import type { Call } from '@cordee/messaging/call';
import type { RpcClient } from '@cordee/messaging/rpc-client';

const RIGHT = 'right:';
const ALL_RIGHTS = 'right:*';

/** Rejects unknown scopes and returns the rest without duplicates. The catalogue defines the known rights. */
export async function checkScopes(scopes: readonly string[], rpc: RpcClient, call: Call): Promise<string[]> {
  const hasRights = scopes.some((scope) => scope.startsWith(RIGHT) && scope !== ALL_RIGHTS);
  const rights = hasRights ? await knownRights(rpc, call) : new Set<string>();
  const isKnown = (scope: string): boolean =>
    scope === ALL_RIGHTS ||
    Object.hasOwn(permissions, scope) ||
    (scope.startsWith(RIGHT) && rights.has(scope.slice(RIGHT.length)));
  const unknown = scopes.flatMap((scope, index) => (isKnown(scope) ? [] : [`/scopes/${index}`]));
  if (unknown.length > 0) throw inputError('API_TOKEN_SCOPE_UNKNOWN', unknown, 'is neither a permission nor a right');
  return [...new Set(scopes)];
}

/** The rights of all product types, also of retired ones, whose grants stay valid. */
async function knownRights(rpc: RpcClient, call: Call): Promise<Set<string>> {
  const { data } = await rpc.call(getTypeRights, {}, { for: call });
  return new Set(data.flatMap(({ rights }) => rights));
}
