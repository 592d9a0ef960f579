import { toUuid } from '@cordee/contracts/id';
import type { EntityManager } from '@mikro-orm/postgresql';

/** Whose rows are that belong to no organization, in tables whose keys start with one. */
export const NO_ORGANIZATION = '00000000-0000-0000-0000-000000000000';

export interface TenantContext {
  organizationId?: `org_${string}` | undefined;
  accountId?: `acc_${string}` | undefined;
}

/** Binds the running transaction to one organization (and to one person's own rows): row-level security lets nothing else through. */
export async function setTenantContext(em: EntityManager, scope: TenantContext): Promise<void> {
  await em.execute(`select set_config('cordee.organization_id', ?, true), set_config('cordee.account_id', ?, true)`, [
    scope.organizationId ? toUuid(scope.organizationId) : '',
    scope.accountId ? toUuid(scope.accountId) : '',
  ]);
}

/** Steps into a named role that sees every organization, until the transaction ends. A lint rule knows the few places that may. */
export async function setRole(em: EntityManager, role: string): Promise<void> {
  if (!/^cordee_[a-z_]+$/.test(role)) throw new Error(`not one of ours: ${role}`);
  await em.execute(`set local role ${role}`);
}

/** Steps back out of it, to the service's own role. */
export async function resetRole(em: EntityManager): Promise<void> {
  await em.execute(`set local role none`);
}
