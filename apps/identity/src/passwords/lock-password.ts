import { toUuid } from '@cordee/contracts/id';
import { sendAhead } from '@cordee/service/database/orm';
import type { EntityManager } from '@mikro-orm/postgresql';

/**
 * Locks an account for a change of its password: the statements that follow wait. A removal of the second factor has
 * the same lock, because a short password needs a second factor.
 */
export const lockPassword = (em: EntityManager, accountId: `acc_${string}`): void =>
  sendAhead(em, `select from account where id = ? for update`, [toUuid(accountId)]);

/** Makes the link to choose a new password invalid, because the password changes. */
export const forgetPasswordReset = (em: EntityManager, emailKey: string): void =>
  sendAhead(em, `delete from password_reset where email_key = ?`, [emailKey]);
