import { toUuid } from '@cordee/contracts/id';
import { sendAhead } from '@cordee/service/database/orm';
import { uuidList } from '@cordee/service/database/sql-values';
import type { EntityManager } from '@mikro-orm/postgresql';

type AccountId = `acc_${string}`;

// The status of a member depends on three rows: second factor, account and organization. A change of one row reads the
// other two rows. Each change therefore locks the rows, always in this order to prevent deadlocks. The functions send
// the locks ahead: the statements that follow wait for the locks.

/**
 * Locks the accounts of new members, so that their second factors do not change until the commit. Lock the organization
 * afterwards.
 */
export function lockAccountsShared(em: EntityManager, accountIds: readonly AccountId[]): void {
  // The insert of a member locks the account in the same mode, because of its foreign key.
  sendAhead(em, `select from account where id = any (?::uuid[]) order by id for key share`, [uuidList(accountIds)]);
}

/**
 * Locks an account for a change of its password. The second factor does not change until the commit: a short password
 * needs a second factor.
 */
export function lockAccount(em: EntityManager, accountId: AccountId): void {
  sendAhead(em, `select from account where id = ? for update`, [toUuid(accountId)]);
}

/**
 * Locks an account and its organizations for a change of the second factor. Until the commit, the person joins no
 * organization, and no organization of the person starts or stops requiring a second factor. With the mode `update`, no
 * other person of these organizations sets up or removes a second factor at the same time.
 */
export function lockAccountAndOrganizations(em: EntityManager, accountId: AccountId, mode: 'share' | 'update'): void {
  lockAccount(em, accountId);
  sendAhead(
    em,
    `select from organization where organization_id in (select organization_id from member where account_id = ?)
     order by organization_id for ${mode}`,
    [toUuid(accountId)],
  );
}
