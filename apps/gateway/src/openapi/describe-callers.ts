import { RECENT_SIGN_IN_S, type Contract } from '@cordee/contracts/contract';
import { mayServiceTokenHave, permissionRule, permissions, type PermissionName } from '@cordee/contracts/permissions';
import type { Json } from './json.ts';

export const securitySchemes: Json = {
  bearer: {
    type: 'http',
    scheme: 'bearer',
    bearerFormat: 'JWT',
    description: 'The access token of a session (`createSession`)',
  },
  apiToken: {
    type: 'http',
    scheme: 'bearer',
    bearerFormat: 'cordee_<prefix>_<secret>',
    description: 'An API token (`createApiToken`) for one organization; each operation names the required scope',
  },
  serviceToken: {
    type: 'http',
    scheme: 'bearer',
    bearerFormat: 'cordee_<prefix>_<secret>',
    description:
      'A service token (`createServiceToken`) of an internal tool or a partner, which reads in all or some ' +
      'organizations. Each operation that accepts it names the required scope; search and files do not accept it',
  },
};

/**
 * API tokens can call operations that require a permission, and service tokens some of the queries among them. The
 * required scope is the name of the permission.
 */
export function securityOf(contract: Contract): Json[] {
  const { access, requiresRecentSignIn } = contract;
  if (access === 'public') return [];
  if (requiresRecentSignIn || !(access in permissions)) return [{ bearer: [] }];
  return [
    { bearer: [] },
    { apiToken: [access] },
    ...(acceptsServiceToken(contract) ? [{ serviceToken: [access] }] : []),
  ];
}

const acceptsServiceToken = ({ kind, access }: Contract): boolean => kind === 'query' && mayServiceTokenHave(access);

/** Tells for each read in an organization whether service tokens can call it. Service tokens never write. */
export function describeServiceTokens(contract: Contract): string {
  const { kind, access, http } = contract;
  if (!(access in permissions) || (kind === 'command' && !http!.download)) return '';
  return acceptsServiceToken(contract)
    ? `Service tokens with the scope \`${access}\` can call this operation.`
    : 'Service tokens cannot call this operation.';
}

/** Describes the callers who may use the operation. */
export function describeCallers({ access }: Contract): string {
  if (access === 'public') return 'Everybody can call this operation without signing in.';
  if (access === 'account') return 'Everybody who is signed in can call this operation.';
  if (access === 'staff') return 'Only staff of the provider can call this operation.';
  // `service`: only other services call the operation, without HTTP.
  if (!(access in permissions)) return '';
  const rule = permissionRule(access as PermissionName);
  const roles = rule.roles.map((role) => role.replaceAll('_', ' ')).join(', ');
  // An external is not a member, but is included in everybody.
  const flag = rule.flag ? `, and ${rule.flagAppliesToExternals ? 'everybody' : 'members'} with \`${rule.flag}\`` : '';
  return `Requires \`${access}\` (${rule.description}): ${roles}${flag}.`;
}

/** Describes how recently the caller must have signed in. */
export function describeSignIn({ requiresRecentSignIn }: Contract): string {
  if (!requiresRecentSignIn) return '';
  return `Requires a sign-in within the last ${RECENT_SIGN_IN_S / 60} minutes. API tokens cannot call this operation.`;
}
