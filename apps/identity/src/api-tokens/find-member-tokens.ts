import type { EntityManager } from '@mikro-orm/postgresql';
import { ApiToken } from './api-token.entity.ts';

/**
 * Finds the API tokens of a member for the organization, so that the removal of the member ends the tokens (ROL-8).
 * Lock the organization first: a concurrent creation of a token has then committed, or fails because the member is
 * removed.
 */
export const findMemberTokens = (
  em: EntityManager,
  { organizationId, accountId }: { organizationId: `org_${string}`; accountId: `acc_${string}` },
): Promise<ApiToken[]> => em.find(ApiToken, { organizationId, accountId, endedAt: null }, { orderBy: { id: 'asc' } });
