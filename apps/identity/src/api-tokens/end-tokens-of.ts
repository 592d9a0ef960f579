import type { CommandContext } from '@cordee/service/handler-decorators';
import { ApiToken } from './api-token.entity.ts';

/**
 * Ends the tokens of a removed member for the organization (ROL-8), in the transaction of the removal. The organization
 * must be locked: a concurrent creation of a token has committed before, or fails because the member has left.
 */
export async function endTokensOf(
  { em, now, publish }: CommandContext,
  { organizationId, accountId }: { organizationId: `org_${string}`; accountId: `acc_${string}` },
): Promise<void> {
  for (const token of await em.find(ApiToken, { organizationId, accountId, endedAt: null }, { orderBy: { id: 'asc' } }))
    await publish(token.end(now, 'member_removed'));
}
