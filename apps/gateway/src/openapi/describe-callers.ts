import { RECENT_SIGN_IN_S, type Contract } from '@cordee/contracts/contract';
import { permissionRule, permissions, type PermissionName } from '@cordee/contracts/permissions';
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
};

/** API tokens can call operations that require a permission; the required scope is the name of the permission. */
export function securityOf({ access, requiresRecentSignIn }: Contract): Json[] {
  if (access === 'public') return [];
  if (requiresRecentSignIn) return [{ bearer: [] }];
  return access in permissions ? [{ bearer: [] }, { apiToken: [access] }] : [{ bearer: [] }];
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
