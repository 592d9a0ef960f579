import { databaseRoles } from '@cordee/service/database/platform-tables';
import { setRole, resetRole } from '@cordee/service/database/tenant-context';
import type { EntityManager } from '@mikro-orm/postgresql';

/**
 * Runs a function in the caller's transaction with a database role that sees the rows of every organization. Transfers
 * need this role for rows of two organizations, and to find the offers to a recipient. The statements filter by
 * organization themselves. After an error, the role is not reset, because the error ends the transaction.
 */
export async function acrossOrganizations<T>(em: EntityManager, run: () => Promise<T>): Promise<T> {
  await em.flush();
  setRole(em, databaseRoles('products').sweep);
  const result = await run();
  await em.flush();
  resetRole(em);
  return result;
}
