import { databaseRoles } from '@cordee/service/database/platform-tables';
import { setRole, resetRole } from '@cordee/service/database/tenant-context';
import type { EntityManager } from '@mikro-orm/postgresql';

/**
 * What touches the rows of two organizations, or looks for those that are addressed to somebody: as the role that sees every organization, in the
 * caller's transaction. Its statements name the organizations themselves. When it throws, the transaction is over, and the role with it.
 */
export async function acrossOrganizations<T>(em: EntityManager, run: () => Promise<T>): Promise<T> {
  await em.flush();
  await setRole(em, databaseRoles('products').sweep);
  const result = await run();
  await em.flush();
  await resetRole(em);
  return result;
}
