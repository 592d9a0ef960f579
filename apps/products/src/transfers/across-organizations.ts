import { databaseRoles } from '@cordee/outbox/platform-tables';
import { enterRole, leaveRole } from '@cordee/outbox/tenant-scope';
import type { EntityManager } from '@mikro-orm/postgresql';

/**
 * What touches the rows of two organizations, or looks for those that are addressed to somebody: as the role that sees every organization, in the
 * caller's transaction. Its statements name the organizations themselves. When it throws, the transaction is over, and the role with it.
 */
export async function acrossOrganizations<T>(em: EntityManager, run: () => Promise<T>): Promise<T> {
  await em.flush();
  await enterRole(em, databaseRoles('products').sweep);
  const result = await run();
  await em.flush();
  await leaveRole(em);
  return result;
}
