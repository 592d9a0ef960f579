import { toUuid } from '@cordee/contracts/id';
import type { EntityManager } from '@mikro-orm/postgresql';
import { selectAll, type FactRows } from '../grants/fact-kinds.ts';

/** Teams, memberships, restrictions, and grants of some rights as they stood at an instant; memberships of some people only, where these are named. */
export async function selectGrantsAt(
  em: EntityManager,
  organizationId: `org_${string}`,
  at: Date,
  { rights, memberIds }: { rights: readonly string[]; memberIds?: readonly `mem_${string}`[] | undefined },
): Promise<FactRows> {
  return selectAll(em, {
    organizationId,
    at,
    isPast: true,
    only: {
      grants: {
        sql: 'access_right in (select jsonb_array_elements_text(?::jsonb))',
        parameters: [JSON.stringify(rights)],
      },
      ...(memberIds
        ? {
            memberships: {
              sql: 'member_id in (select jsonb_array_elements_text(?::jsonb)::uuid)',
              parameters: [JSON.stringify(memberIds.map(toUuid))],
            },
          }
        : {}),
    },
  });
}
