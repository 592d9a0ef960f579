import { sendAhead } from '@cordee/service/database/orm';
import type { EntityManager } from '@mikro-orm/postgresql';

/** Deletes a requested reset when the password changes, so that its link becomes invalid. */
export const forgetPasswordReset = (em: EntityManager, emailKey: string): void =>
  sendAhead(em, `delete from password_reset where email_key = ?`, [emailKey]);
