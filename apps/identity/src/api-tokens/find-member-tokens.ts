import type { EntityManager } from '@mikro-orm/postgresql';
import { ApiToken } from './api-token.entity.ts';

/**
 * Finds the API tokens of a member for the organization, to end them in the transaction of the removal (ROL-8). The
 * caller locks the organization first: a concurrent creation of a token has then committed, or it fails because the
 * member is removed.
 */
export const findMemberTokens = (
  em: EntityManager,
  { organizationId, accountId }: { organizationId: `org_${string}`; accountId: `acc_${string}` },
): Promise<ApiToken[]> => em.find(ApiToken, { organizationId, accountId, endedAt: null }, { orderBy: { id: 'asc' } });
