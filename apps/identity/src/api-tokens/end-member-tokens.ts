import type { CommandContext } from '@cordee/service/handler-decorators';
import { ApiToken } from './api-token.entity.ts';

/**
 * Ends the API tokens of a removed member for the organization (ROL-8), in the transaction of the removal. The caller
 * locks the organization first: a concurrent creation of a token has then committed, or it fails because the member is
 * removed.
 */
export async function endMemberTokens(
  { em, now, publish }: CommandContext,
  { organizationId, accountId }: { organizationId: `org_${string}`; accountId: `acc_${string}` },
): Promise<void> {
  for (const token of await em.find(ApiToken, { organizationId, accountId, endedAt: null }, { orderBy: { id: 'asc' } }))
    await publish(token.end(now, 'member_removed'));
}
