import { helper, JsonType, type Platform } from '@mikro-orm/core';
import type { EntityManager } from '@mikro-orm/postgresql';
import { sendAhead } from './orm.ts';

/** The maximum number of rows per statement. */
const CHUNK_SIZE = 1_000;

/** The fields of the metadata of a property that describe its column. */
interface EntityColumn {
  fieldNames: string[];
  customType?: { convertToDatabaseValue(value: unknown, platform: Platform): unknown };
}

/**
 * Inserts new entities of one class in one statement per chunk, without waiting for the reply: an error, for example of
 * a unique index, fails the next statement or the commit. Create the entities with `persist: false`. A column that no
 * entity sets gets its default value.
 */
export function insertRows(em: EntityManager, entities: readonly object[]): void {
  for (let start = 0; start < entities.length; start += CHUNK_SIZE)
    insertChunk(em, entities.slice(start, start + CHUNK_SIZE));
}

function insertChunk(em: EntityManager, entities: readonly object[]): void {
  const platform = em.getPlatform();
  const { tableName, properties } = helper(entities[0]!).__meta;
  const rows = entities.map((entity) => toRow(entity as Record<string, unknown>, properties, platform));
  const quote = (identifier: string): string => platform.quoteIdentifier(identifier);
  const columns = [...new Set(rows.flatMap((row) => Object.keys(row)))].map(quote).join(', ');
  const table = quote(tableName);
  sendAhead(
    em,
    `insert into ${table} (${columns}) select ${columns} from jsonb_populate_recordset(null::${table}, ?::jsonb)`,
    [JSON.stringify(rows)],
  );
}

/** Returns the row of an entity as JSON: the columns of the properties that the entity sets. */
const toRow = (
  entity: Record<string, unknown>,
  properties: Record<string, EntityColumn>,
  platform: Platform,
): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(properties)
      .filter(([name]) => entity[name] !== undefined)
      .map(([name, { fieldNames, customType }]) => [fieldNames[0], toJsonValue(entity[name], customType, platform)]),
  );

/** Converts the value of a property to JSON from which PostgreSQL reads the value of the column. */
function toJsonValue(value: unknown, customType: EntityColumn['customType'], platform: Platform): unknown {
  const storedValue =
    customType && !(customType instanceof JsonType) ? customType.convertToDatabaseValue(value, platform) : value;
  return storedValue instanceof Uint8Array ? `\\x${Buffer.from(storedValue).toString('hex')}` : storedValue;
}
