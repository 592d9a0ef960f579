import type { PrepaidSettings } from '@cordee/contracts/billing/prepaid';
import { toUuid } from '@cordee/contracts/id';
import type { EntityManager } from '@mikro-orm/postgresql';
import type * as z from 'zod';

/** Returns the prepaid settings of an organization; the defaults when the organization has no prepaid account yet. */
export async function readPrepaidSettings(
  em: EntityManager,
  organizationId: `org_${string}`,
): Promise<z.output<typeof PrepaidSettings>> {
  const [row] = await em.execute<{ pays_invoices: boolean; takes_part_payments: boolean; settings_version: number }[]>(
    `select pays_invoices, takes_part_payments, settings_version from prepaid_account where organization_id = ?`,
    [toUuid(organizationId)],
  );
  return {
    paysInvoices: row?.pays_invoices ?? true,
    takesPartPayments: row?.takes_part_payments ?? false,
    version: row?.settings_version ?? 1,
  };
}
