import { toUuid } from '@cordee/contracts/id';
import type { EntityManager } from '@mikro-orm/postgresql';
import { factKinds, type FactRows, type FactScope } from '../grants/fact-kinds.ts';

const PAGE = 10_000;

/** Teams, memberships, restrictions, and grants of some rights as they stood at an instant; memberships of some people only, where these are named. */
export async function selectGrantsAt(em: EntityManager, organizationId: `org_${string}`, at: Date, { rights, memberIds }: { rights: readonly string[]; memberIds?: readonly `mem_${string}`[] | undefined }): Promise<FactRows> {
  const scope: FactScope = {
    organizationId, at, isPast: true,
    only: {
      grants: { sql: 'access_right in (select jsonb_array_elements_text(?::jsonb))', parameters: [JSON.stringify(rights)] },
      ...(memberIds ? { memberships: { sql: 'member_id in (select jsonb_array_elements_text(?::jsonb)::uuid)', parameters: [JSON.stringify(memberIds.map(toUuid))] } } : {}),
    },
  };
  const rows: FactRows = { teams: [], restrictions: [], memberships: [], grants: [] };
  for (const { name, select } of factKinds) {
    for (let after: string | null | undefined = null; after !== undefined; ) {
      const found: Awaited<ReturnType<typeof select>> = await select(em, scope, after, PAGE);
      (rows[name] as unknown[]).push(...found.map(({ row }) => row));
      after = found.length < PAGE ? undefined : found.at(-1)!.key;
    }
  }
  return rows;
}
