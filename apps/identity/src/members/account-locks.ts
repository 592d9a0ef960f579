import { toUuid } from '@cordee/contracts/id';
import { uuidList } from '@cordee/service/database/sql-values';
import type { EntityManager } from '@mikro-orm/postgresql';

type AccountId = `acc_${string}`;

// The status of a member depends on three rows: second factor, account and organization. A change of one of them reads
// the others, so changes are serialized with locks, always in this order to prevent deadlocks.

/** For new members: prevents changes of their second factors until the commit. Lock the organization afterwards. */
export async function lockAccountsShared(em: EntityManager, accountIds: readonly AccountId[]): Promise<void> {
  // The foreign key of the member uses the same lock mode.
  await em.execute(`select from account where id = any (?::uuid[]) order by id for key share`, [uuidList(accountIds)]);
}

/**
 * For a change of the second factor: until the commit, the person joins no organization, and their organizations do not
 * change the requirement of a second factor.
 */
export async function lockAccountExclusively(em: EntityManager, accountId: AccountId): Promise<void> {
  await em.execute(`select from account where id = ? for update`, [toUuid(accountId)]);
  await em.execute(
    `select from organization where organization_id in (select organization_id from member where account_id = ?)
     order by organization_id for share`,
    [toUuid(accountId)],
  );
}
