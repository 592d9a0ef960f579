import { databaseRoles } from '@cordee/service/database/platform-tables';
import { resetRole, setRole } from '@cordee/service/database/tenant-context';
import type { EntityManager } from '@mikro-orm/postgresql';

/**
 * Runs statements with a database role that sees the rows of all accounts and organizations, for example to find the
 * session, token or link of a caller who is not signed in. Afterwards the transaction has the runtime role again,
 * which sees only the rows of the tenant context. So a caller who had no tenant context must set it before later
 * statements. After an error, the role is not reset, because the error ends the transaction.
 */
export async function acrossAccounts<T>(em: EntityManager, run: () => Promise<T>): Promise<T> {
  setRole(em, databaseRoles('identity').sweep);
  const result = await run();
  resetRole(em);
  return result;
}
