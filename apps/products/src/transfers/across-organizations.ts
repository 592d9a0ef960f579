import { databaseRoles } from '@cordee/service/database/platform-tables';
import { setRole, resetRole } from '@cordee/service/database/tenant-context';
import type { EntityManager } from '@mikro-orm/postgresql';

/**
 * Runs with the role that sees every organization, in the caller's transaction: for rows of two organizations, and for
 * offers to a recipient. The statements filter by organization themselves. An error needs no reset of the role, because
 * it ends the transaction.
 */
export async function acrossOrganizations<T>(em: EntityManager, run: () => Promise<T>): Promise<T> {
  await em.flush();
  await setRole(em, databaseRoles('products').sweep);
  const result = await run();
  await em.flush();
  await resetRole(em);
  return result;
}
