import type { BackgroundTransactions } from '@cordee/service/background-transactions';

/**
 * Makes the accounts with these addresses staff accounts, and all other accounts ordinary accounts. An access token
 * with staff rights that was issued before stays valid for at most ten minutes.
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
