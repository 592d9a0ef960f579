import type { listServiceTokens } from '@cordee/contracts/identity/service-token';
import type { Output } from '@cordee/contracts/contract';
import { toId } from '@cordee/contracts/id';
import { instantOf, instantOrNull, uuidOrNull } from '@cordee/service/database/sql-values';
import type { EntityManager } from '@mikro-orm/postgresql';

type TokenId = `tok_${string}`;

interface ServiceTokenRow {
  id: string;
  prefix: string;
  name: string;
  scopes: string[];
  organization_ids: `org_${string}`[] | null;
  created_by: string;
  created_at: string;
  last_used_at: string | null;
  expires_at: string;
}

/** Selects the tokens that are not revoked, newest first. With `id`, selects only this token. */
export async function selectServiceTokens(
  em: EntityManager,
  { id, beforeId, limit }: { id?: TokenId; beforeId?: TokenId | undefined; limit?: number },
): Promise<Output<typeof listServiceTokens>['data']> {
  const rows = await em.execute<ServiceTokenRow[]>(
    `select id, prefix, name, scopes, organization_ids, created_by, created_at, expires_at,
            (select max(at) from service_token_use where token_id = token.id) as last_used_at
     from service_token token
     where ended_at is null and (?::uuid is null or id = ?) and (?::uuid is null or id < ?)
     order by id desc limit ?`,
    [uuidOrNull(id), uuidOrNull(id), uuidOrNull(beforeId), uuidOrNull(beforeId), limit ?? null],
  );
  return rows.map((row) => ({
    id: toId('tok', row.id),
    prefix: row.prefix,
    name: row.name,
    scopes: row.scopes,
    organizationIds: row.organization_ids,
    createdBy: toId('acc', row.created_by),
    createdAt: instantOf(row.created_at),
    lastUsedAt: instantOrNull(row.last_used_at),
    expiresAt: instantOf(row.expires_at),
  }));
}
