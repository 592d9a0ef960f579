import { helper } from '@mikro-orm/core';
import type { EntityManager } from '@mikro-orm/postgresql';
import { toRow, type EntityColumn } from './insert-rows.ts';
import { sendAhead } from './orm.ts';

/** The maximum number of rows per statement. */
const CHUNK_SIZE = 1_000;

/**
 * Writes properties of entities of one class, in one statement per chunk, without waiting for the reply. The entities
 * are not managed by MikroORM (`disableIdentityMap`), and the primary key of their table is (organization_id, id).
 */
export function updateRows<E extends { organizationId: string; id: string }>(
  em: EntityManager,
  entities: readonly E[],
  properties: readonly (keyof E & string)[],
): void {
  for (let start = 0; start < entities.length; start += CHUNK_SIZE)
    updateChunk(em, entities.slice(start, start + CHUNK_SIZE), properties);
}

function updateChunk<E extends object>(em: EntityManager, entities: readonly E[], properties: readonly string[]): void {
  const platform = em.getPlatform();
  const { tableName, properties: allProperties } = helper(entities[0]!).__meta as unknown as {
    tableName: string;
    properties: Record<string, EntityColumn>;
  };
  const quote = (identifier: string): string => platform.quoteIdentifier(identifier);
  const writtenProperties = Object.fromEntries(
    ['organizationId', 'id', ...properties].map((name) => [name, allProperties[name]!]),
  );
  const rows = entities.map((entity) => toRow(entity as Record<string, unknown>, writtenProperties, platform));
  const assignments = properties.map((name) => {
    const column = quote(writtenProperties[name]!.fieldNames[0]!);
    return `${column} = row.${column}`;
  });
  const table = quote(tableName);
  sendAhead(
    em,
    `update ${table} target set ${assignments.join(', ')}
     from jsonb_populate_recordset(null::${table}, ?::jsonb) as row
     where target.organization_id = row.organization_id and target.id = row.id`,
    [JSON.stringify(rows)],
  );
}
