import { toUuid } from '@cordee/contracts/id';
import { uuidList } from '@cordee/service/database/sql-values';
import type { EntityManager } from '@mikro-orm/postgresql';

type AccountId = `acc_${string}`;

// How somebody stands in an organization hangs on three rows: their second factor, their account, the organization. Whoever changes one of them
// reads the others, so they take turns; everybody locks in this order, so nobody waits in a circle: second factor, account, organization.

/** Somebody is about to belong to an organization: until the commit they get no second factor and lose none. Call it before the organization is locked. */
export async function lockAccountsShared(em: EntityManager, accountIds: readonly AccountId[]): Promise<void> {
  // As strong as the foreign key of the member would lock it a moment later.
  await em.execute(`select from account where id = any (?::uuid[]) order by id for key share`, [uuidList(accountIds)]);
}

/** A second factor is about to come or go: until the commit the person joins no organization, and none of theirs asks for second factors anew. */
export async function lockAccountExclusively(em: EntityManager, accountId: AccountId): Promise<void> {
  await em.execute(`select from account where id = ? for update`, [toUuid(accountId)]);
  await em.execute(
    `select from organization where organization_id in (select organization_id from member where account_id = ?) order by organization_id for share`,
    [toUuid(accountId)],
  );
}
