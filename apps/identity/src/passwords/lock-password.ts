import { toUuid } from '@cordee/contracts/id';
import { sendAhead } from '@cordee/service/database/orm';
import type { EntityManager } from '@mikro-orm/postgresql';

/**
 * Locks the row of an account before its password changes. A removal of the second factor locks the same row, because
 * a short password needs a second factor.
 */
export const lockPassword = (em: EntityManager, accountId: `acc_${string}`): void =>
  sendAhead(em, `select from account where id = ? for update`, [toUuid(accountId)]);

/** Deletes a requested reset when the password changes, so that its link becomes invalid. */
export const forgetPasswordReset = (em: EntityManager, emailKey: string): void =>
  sendAhead(em, `delete from password_reset where email_key = ?`, [emailKey]);
