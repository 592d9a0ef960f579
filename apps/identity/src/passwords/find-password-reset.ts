import { toId, toUuid } from '@cordee/contracts/id';
import type { Locale } from '@cordee/contracts/values';
import type { EntityManager } from '@mikro-orm/postgresql';
import { acrossAccounts } from '../across-accounts.ts';

/** The purpose with which `Secrets.makeToken` makes the token of a link to choose a new password. */
export const PASSWORD_RESET_TOKEN_PURPOSE = 'password reset';
const VALIDITY_MS = 3_600_000;

/** The account whose password a valid link resets. */
export interface PasswordReset {
  accountId: `acc_${string}`;
  emailKey: string;
  email: string;
  name: string;
  locale: Locale;
  hasSecondFactor: boolean;
}

/**
 * Finds the account of a requested link. Returns undefined when the link was used, was replaced or has expired, or when
 * no account has the mail address.
 */
export async function findPasswordReset(
  em: EntityManager,
  id: `pwr_${string}`,
  now: Date,
): Promise<PasswordReset | undefined> {
  const [row] = await acrossAccounts(em, () =>
    em.execute<
      { account_id: string; email_key: string; email: string; name: string; locale: Locale; has_factor: boolean }[]
    >(
      `select account.id as account_id, email_key, email, name, locale, exists (
       select from second_factor where account_id = account.id and confirmed_at is not null
     ) as has_factor
     from password_reset join account using (email_key)
     where password_reset.id = ? and password_reset.created_at > ?`,
      [toUuid(id), new Date(now.getTime() - VALIDITY_MS)],
    ),
  );
  return (
    row && {
      accountId: toId('acc', row.account_id),
      emailKey: row.email_key,
      email: row.email,
      name: row.name,
      locale: row.locale,
      hasSecondFactor: row.has_factor,
    }
  );
}
