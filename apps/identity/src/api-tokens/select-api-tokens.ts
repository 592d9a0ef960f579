import type { listApiTokens } from '@cordee/contracts/identity/api-token';
import type { Output } from '@cordee/contracts/contract';
import { toId, toUuid } from '@cordee/contracts/id';
import { instantOf, instantOrNull, uuidOrNull } from '@cordee/service/database/sql-values';
import type { EntityManager } from '@mikro-orm/postgresql';

type TokenId = `tok_${string}`;
type ApiTokenView = Output<typeof listApiTokens>['data'][number];

interface ApiTokenRow {
  id: string;
  prefix: string;
  name: string;
  scopes: string[];
  organization_id: string;
  organization_name: string;
  created_at: string;
  last_used_at: string | null;
  expires_at: string;
}

/** Selects the tokens of an account that have not ended, newest first. With `id`, selects only this token. */
export async function selectApiTokens(
  em: EntityManager,
  accountId: `acc_${string}`,
  { id, beforeId, limit }: { id?: TokenId; beforeId?: TokenId | undefined; limit?: number },
): Promise<ApiTokenView[]> {
  const rows = await em.execute<ApiTokenRow[]>(
    `select token.id, prefix, token.name, scopes, organization_id, organization.name as organization_name,
            token.created_at, last_used_at, expires_at
     from api_token token join organization using (organization_id)
     where account_id = ? and ended_at is null and (?::uuid is null or token.id = ?)
       and (?::uuid is null or token.id < ?)
     order by token.id desc limit ?`,
    [toUuid(accountId), uuidOrNull(id), uuidOrNull(id), uuidOrNull(beforeId), uuidOrNull(beforeId), limit ?? null],
  );
  return rows.map((row) => ({
    id: toId('tok', row.id),
    prefix: row.prefix,
    name: row.name,
    scopes: row.scopes,
    organization: { id: toId('org', row.organization_id), name: row.organization_name },
    createdAt: instantOf(row.created_at),
    lastUsedAt: instantOrNull(row.last_used_at),
    expiresAt: instantOf(row.expires_at),
  }));
}
