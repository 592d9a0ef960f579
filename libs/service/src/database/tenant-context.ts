import { toUuid } from '@cordee/contracts/id';
import type { EntityManager } from '@mikro-orm/postgresql';
import { sendAhead } from './orm.ts';
import { readScopeOf } from './read-scope.ts';

/** The organization id of rows that belong to no organization, in tables whose keys start with an organization id. */
export const NO_ORGANIZATION = '00000000-0000-0000-0000-000000000000';

export interface TenantContext {
  organizationId?: `org_${string}` | undefined;
  accountId?: `acc_${string}` | undefined;
}

/**
 * Limits a transaction, or the next statements of a query, by row-level security: to the rows of one organization, and
 * in tables with an `accountColumn` also to the rows of one account in all organizations.
 */
export function setTenantContext(em: EntityManager, context: TenantContext): void {
  const organizationId = context.organizationId ? toUuid(context.organizationId) : '';
  const accountId = context.accountId ? toUuid(context.accountId) : '';
  const reads = readScopeOf(em);
  if (reads) {
    Object.assign(reads.settings, { organizationId, accountId });
    return;
  }
  switchedContexts.delete(em.getTransactionContext()!);
  // `true` resets the settings at the end of the transaction.
  sendAhead(em, `select set_config('cordee.organization_id', ?, true), set_config('cordee.account_id', ?, true)`, [
    organizationId,
    accountId,
  ]);
}

/**
 * The organization to which `switchTenantContext` has switched a transaction. A change of the context or the role by
 * another function removes the entry.
 */
const switchedContexts = new WeakMap<object, Pick<TenantContext, 'organizationId'>>();

/**
 * Switches a transaction to the runtime role and to the tenant context of an organization, whatever the role and the
 * context are. Sends nothing when the last switch was to the same organization and still holds.
 */
export function switchTenantContext(em: EntityManager, organizationId: `org_${string}` | undefined): void {
  const transaction = em.getTransactionContext()!;
  const current = switchedContexts.get(transaction);
  if (current && current.organizationId === organizationId) return;
  switchedContexts.set(transaction, { organizationId });
  sendAhead(
    em,
    `select set_config('role', 'none', true), set_config('cordee.organization_id', ?, true),
            set_config('cordee.account_id', '', true)`,
    [organizationId ? toUuid(organizationId) : ''],
  );
}

/**
 * Switches to a named role that sees every organization, until the transaction or the query ends. The boundaries check
 * lists the allowed callers.
 */
export function setRole(em: EntityManager, role: string): void {
  if (!/^cordee_[a-z_]+$/.test(role)) throw new Error(`not a role of a service: ${role}`);
  switchRole(em, role);
}

/** Switches back to the runtime role. */
export function resetRole(em: EntityManager): void {
  switchRole(em, 'none');
}

function switchRole(em: EntityManager, role: string): void {
  const reads = readScopeOf(em);
  if (reads) {
    reads.settings.role = role;
    return;
  }
  switchedContexts.delete(em.getTransactionContext()!);
  sendAhead(em, `set local role ${role}`);
}

/** Limits the time of each following statement of the query. PostgreSQL cancels a statement that takes longer. */
export function setReadTimeout(em: EntityManager, timeoutMs: number): void {
  const reads = readScopeOf(em);
  if (!reads) throw new Error('only queries have a time limit per statement');
  reads.settings.timeoutMs = timeoutMs;
}
