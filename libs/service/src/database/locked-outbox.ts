import type { EntityManager } from '@mikro-orm/postgresql';
import { tryAdvisoryLock } from './advisory-lock.ts';
import { databaseRoles } from './platform-tables.ts';
import { setRole } from './tenant-context.ts';

/**
 * Transactions of the outbox relay, as the relay role. An advisory lock lets one replica of the service work at a time;
 * the result is undefined while another replica holds it.
 */
export function lockedOutbox(em: EntityManager, service: string) {
  return <T>(work: (em: EntityManager) => Promise<T>): Promise<T | undefined> =>
    em.fork().transactional(async (tx) => {
      await setRole(tx, databaseRoles(service).relay);
      return (await tryAdvisoryLock(tx, `relay ${service}`)) ? work(tx) : undefined;
    });
}
