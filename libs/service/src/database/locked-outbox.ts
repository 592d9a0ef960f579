import type { EntityManager } from '@mikro-orm/postgresql';
import { tryAdvisoryLock } from './advisory-lock.ts';
import { sendAhead } from './orm.ts';
import { databaseRoles } from './platform-tables.ts';
import { setRole } from './tenant-context.ts';

/**
 * Returns a function that runs transactions of the outbox relay, as the relay role. An advisory lock ensures that only
 * one replica of the service works at a time. The result is undefined while another replica has the lock. The commit
 * does not wait for the disk: events whose marks a crash of PostgreSQL loses are published again, and the broker drops
 * the duplicates.
 */
export function createOutboxRunner(em: EntityManager, service: string) {
  return <T>(work: (em: EntityManager) => Promise<T>): Promise<T | undefined> =>
    em.fork().transactional(async (tx) => {
      setRole(tx, databaseRoles(service).relay);
      sendAhead(tx, `set local synchronous_commit = off`);
      return (await tryAdvisoryLock(tx, `relay ${service}`)) ? work(tx) : undefined;
    });
}
