import type { EntityManager } from '@mikro-orm/postgresql';

/**
 * Runs SQL with `$n` places in the transaction of the EntityManager. Values are bound: `em.execute` would write them into the text, letter
 * by letter, and a batch of mail has megabytes.
 */
export async function runSql<Row>(em: EntityManager, sql: string, parameters: readonly unknown[]): Promise<Row[]> {
  const query = { kind: 'RawNode' as const, sqlFragments: [sql], parameters: [] };
  try {
    const { rows } = await em.getKysely().executeQuery<Row>({ query, queryId: { queryId: '' }, sql, parameters });
    return rows;
  } catch (error) {
    // The doors know a deadlock by its class.
    throw em
      .getPlatform()
      .getExceptionConverter()
      .convertException(error as Error);
  }
}
