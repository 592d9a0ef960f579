import type { BackgroundTransactions } from '@cordee/service/background-transactions';

/**
 * Makes the accounts with these addresses staff accounts, and all other accounts ordinary accounts. A person who is no
 * longer staff may still have an access token with staff rights, which ends within ten minutes.
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
