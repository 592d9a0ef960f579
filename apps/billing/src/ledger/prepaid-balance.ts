import { toUuid } from '@cordee/contracts/id';
import type { Currency } from '@cordee/contracts/values';
import type { EntityManager } from '@mikro-orm/postgresql';

/**
 * Returns the prepaid balance in minor units, summed from the ledger, where a credit to prepaid is negative. Lock the
 * account before you spend the balance.
 */
export async function readPrepaidBalance(
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

/**
 * Returns the prepaid balances in minor units, in the order of their currencies. A currency without entries has no
 * balance.
 */
export async function readPrepaidBalances(
  em: EntityManager,
  organizationId: `org_${string}`,
): Promise<Map<Currency, number>> {
  const rows = await em.execute<{ currency: Currency; balance: string }[]>(
    `select currency, -sum(amount) as balance
     from ledger_entry where organization_id = ? and account = 'prepaid' group by currency order by currency`,
    [toUuid(organizationId)],
  );
  return new Map(rows.map(({ currency, balance }) => [currency, Number(balance)]));
}
