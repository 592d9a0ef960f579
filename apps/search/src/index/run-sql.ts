import type { EntityManager } from '@mikro-orm/postgresql';

/**
 * Runs SQL with `$n` placeholders in the transaction of the EntityManager. Binds the values, while `em.execute` writes
 * them into the text, which is slow for a batch of mail of several megabytes.
 */
export async function runSql<Row>(em: EntityManager, sql: string, parameters: readonly unknown[]): Promise<Row[]> {
  const query = { kind: 'RawNode' as const, sqlFragments: [sql], parameters: [] };
  try {
    const { rows } = await em.getKysely().executeQuery<Row>({ query, queryId: { queryId: '' }, sql, parameters });
    return rows;
  } catch (error) {
    // The request pipeline recognizes a deadlock by its exception class and retries.
    throw em
      .getPlatform()
      .getExceptionConverter()
      .convertException(error as Error);
  }
}
