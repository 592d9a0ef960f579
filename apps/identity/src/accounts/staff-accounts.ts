import type { BackgroundTransactions } from '@cordee/service/background-transactions';

/**
 * Makes the accounts with these addresses staff accounts, and ends the staff rights of all others. The access tokens of
 * a person who is no longer staff end within minutes.
 */
export const applyStaffAddresses = (
  background: BackgroundTransactions,
  emailKeys: readonly string[],
): Promise<unknown> =>
  background.asSystem(({ em }) =>
    em.execute(
      `update account set is_staff = not is_staff
       where is_staff <> (email_key in (select jsonb_array_elements_text(?::jsonb)))`,
      [JSON.stringify(emailKeys)],
    ),
  );
