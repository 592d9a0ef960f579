import type { EntityManager } from '@mikro-orm/postgresql';

/**
 * Runs SQL with `$n` placeholders in the transaction of the EntityManager. The values are bound. `em.execute` instead
 * writes the values into the SQL text, which is slow for several megabytes of mail.
 */
export async function runSql<Row>(em: EntityManager, sql: string, parameters: readonly unknown[]): Promise<Row[]> {
  const query = { kind: 'RawNode' as const, sqlFragments: [sql], parameters: [] };
  try {
    const { rows } = await em.getKysely().executeQuery<Row>({ query, queryId: { queryId: '' }, sql, parameters });
    return rows;
  } catch (error) {
    // The request pipeline recognizes a deadlock by the class of the converted exception and retries.
    throw em
      .getPlatform()
      .getExceptionConverter()
      .convertException(error as Error);
  }
}
