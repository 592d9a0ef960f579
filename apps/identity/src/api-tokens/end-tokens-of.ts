import type { CommandContext } from '@cordee/service/handler-decorators';
import { ApiToken } from './api-token.entity.ts';

/**
 * Ends what somebody who is removed has of tokens of the organization (ROL-8), in the transaction that removes them. The organization is locked: who
 * is making a token is done by now, or finds that they no longer belong to it.
 */
export async function endTokensOf(
  { em, now, publish }: CommandContext,
  { organizationId, accountId }: { organizationId: `org_${string}`; accountId: `acc_${string}` },
): Promise<void> {
  for (const token of await em.find(ApiToken, { organizationId, accountId, endedAt: null }, { orderBy: { id: 'asc' } }))
    await publish(token.end(now, 'member_removed'));
}
