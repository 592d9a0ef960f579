import { toUuid } from '@cordee/contracts/id';
import type { EntityManager } from '@mikro-orm/postgresql';

/** The organization id of rows that belong to no organization, in tables whose keys start with an organization id. */
export const NO_ORGANIZATION = '00000000-0000-0000-0000-000000000000';

export interface TenantContext {
  organizationId?: `org_${string}` | undefined;
  accountId?: `acc_${string}` | undefined;
}

/** Limits the transaction, by row-level security, to one organization and to the rows of one person. */
export async function setTenantContext(em: EntityManager, context: TenantContext): Promise<void> {
  await em.execute(`select set_config('cordee.organization_id', ?, true), set_config('cordee.account_id', ?, true)`, [
    context.organizationId ? toUuid(context.organizationId) : '',
    context.accountId ? toUuid(context.accountId) : '',
  ]);
}

/**
 * Switches to a named role that sees every organization, until the transaction ends. The boundaries check lists the
 * allowed callers.
 */
export async function setRole(em: EntityManager, role: string): Promise<void> {
  if (!/^cordee_[a-z_]+$/.test(role)) throw new Error(`not a role of a service: ${role}`);
  await em.execute(`set local role ${role}`);
}

/** Switches back to the runtime role. */
export async function resetRole(em: EntityManager): Promise<void> {
  await em.execute(`set local role none`);
}
