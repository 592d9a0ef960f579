import { toUuid } from '@cordee/contracts/id';
import type { EntityManager } from '@mikro-orm/postgresql';

/**
 * Returns the prepaid balance in minor units, summed from the ledger, where a credit to prepaid is negative. Lock the
 * account before you spend the balance.
 */
export async function prepaidBalance(
  em: EntityManager,
  organizationId: `org_${string}`,
  currency: string,
): Promise<number> {
  const [row] = await em.execute<{ balance: string }[]>(
    `select coalesce(-sum(amount), 0) as balance
     from ledger_entry where organization_id = ? and account = 'prepaid' and currency = ?`,
    [toUuid(organizationId), currency],
  );
  return Number(row!.balance);
}
