import { permissions } from '@cordee/contracts/permissions';
import { getTypeRights } from '@cordee/contracts/products/product-type';
import { inputError } from '@cordee/contracts/input-error';
import type { Call } from '@cordee/messaging/call';
import type { RpcClient } from '@cordee/messaging/rpc-client';

const RIGHT = 'right:';
const EVERY_RIGHT = 'right:*';

/** The scopes, each once; refuses those that nothing is behind. Which rights there are, the catalogue says: it is data. */
export async function checkScopes(asked: readonly string[], rpc: RpcClient, call: Call): Promise<string[]> {
  const namesRights = asked.some((scope) => scope.startsWith(RIGHT) && scope !== EVERY_RIGHT);
  const rights = namesRights ? await knownRights(rpc, call) : new Set<string>();
  const isKnown = (scope: string): boolean =>
    scope === EVERY_RIGHT ||
    Object.hasOwn(permissions, scope) ||
    (scope.startsWith(RIGHT) && rights.has(scope.slice(RIGHT.length)));
  const unknown = asked.flatMap((scope, place) => (isKnown(scope) ? [] : [`/scopes/${place}`]));
  if (unknown.length > 0) throw inputError('API_TOKEN_SCOPE_UNKNOWN', unknown, 'is no permission and no right');
  return [...new Set(asked)];
}

/** Of every product type, those that are sold no more too: what was given on them goes on. */
async function knownRights(rpc: RpcClient, call: Call): Promise<Set<string>> {
  const { data } = await rpc.call(getTypeRights, {}, { for: call });
  return new Set(data.flatMap(({ rights }) => rights));
}
