import type { Decision, Question } from '@cordee/access/decide-access';
import type { OrganizationAccess } from '@cordee/access/organization-access';
import { isPermissionInScope } from '@cordee/access/scopes';
import { inputError } from '@cordee/contracts/input-error';
import type { ReadContext } from '@cordee/service/handler-decorators';
import type { CanSeeTeam } from './describe-sources.ts';

type AccountId = `acc_${string}`;

export const canSeeEveryTeam: CanSeeTeam = () => true;

/** Throws when the question is about another person and the caller may not manage people. */
export function assertMayAskAbout(
  access: OrganizationAccess,
  accountId: AccountId | undefined,
  context: ReadContext,
  pointer = '',
): void {
  if (
    accountId &&
    accountId !== context.accountId &&
    !access.people.mayRead(context.accountId, 'member:manage', context.now, context.scopes)
  )
    throw inputError(
      'PERMISSION_DENIED',
      `${pointer}/accountId`,
      'is another person, and the caller may not manage people',
    );
}

/**
 * Creates the check for the teams that the caller may see. A token without `team:read` shows only the teams of its
 * person.
 */
export function createCanSeeTeam(access: OrganizationAccess, { accountId, now, scopes }: ReadContext): CanSeeTeam {
  if (isPermissionInScope(scopes, 'team:read') && access.people.seesAllTeams(accountId, now)) return canSeeEveryTeam;
  return (teamId) => access.isInTeam(accountId, teamId, now);
}

/**
 * Hides from the caller whether a product or resource exists: an unknown product or resource gets the refusal
 * `no_grant`, like an existing product without a grant. A caller who manages people gets the true refusal. A caller who
 * sees the product gets the true refusal when the question is about the product itself and not about a past instant.
 * `current` is the access now, and `access` is the access at the instant of the question.
 */
export function redactForViewer(
  access: OrganizationAccess,
  { productId, resourceId }: Question,
  decision: Decision,
  current: OrganizationAccess,
  { accountId, now, scopes }: ReadContext,
): Decision {
  if (decision.isAllowed || current.people.mayRead(accountId, 'member:manage', now, scopes)) return decision;
  const isUnknown = decision.refusal === 'product_unknown' || decision.refusal === 'resource_unknown';
  if (
    !isUnknown ||
    (current === access && resourceId === undefined && current.visibleProducts(accountId, now).has(productId))
  )
    return decision;
  return { ...decision, refusal: 'no_grant' };
}
