import { toUuid } from '@cordee/contracts/id';
import { sendAhead } from '@cordee/service/database/orm';
import type { EntityManager } from '@mikro-orm/postgresql';
import { referenceFormFor } from '../payments/reference-form.ts';
import { allocateReference } from '../payments/allocate-reference.ts';

/**
 * Locks the prepaid account until the transaction ends; creates the account if it is missing. Call this before you read
 * a balance or a document in order to move money: the lock prevents double spending (C-PLT-06).
 */
export const lockPrepaidAccount = (em: EntityManager, organizationId: `org_${string}`, now: Date): Promise<void> =>
  lockPrepaidAccountAndRead(em, organizationId, now, async () => undefined);

/**
 * Like `lockPrepaidAccount`, and runs `read` in the same round trip. When the account is missing, the first `read` runs
 * without a lock. The function then creates and locks the account and runs `read` again, so `read` must refresh the
 * entities that it loads.
 */
export async function lockPrepaidAccountAndRead<T>(
  em: EntityManager,
  organizationId: `org_${string}`,
  now: Date,
  read: () => Promise<T>,
): Promise<T> {
  const lockAndRead = (): Promise<[unknown[], T]> =>
    Promise.all([
      em.execute<unknown[]>(`select from prepaid_account where organization_id = ? for update`, [
        toUuid(organizationId),
      ]),
      read(),
    ]);
  const [locked, result] = await lockAndRead();
  if (locked.length > 0) return result;
  await openPrepaidAccount(em, organizationId, now);
  const [, resultAfterLock] = await lockAndRead();
  return resultAfterLock;
}

/** Locks the prepaid accounts of many organizations, in the order of their ids to prevent deadlocks. */
export async function lockPrepaidAccounts(
  em: EntityManager,
  organizationIds: Iterable<`org_${string}`>,
  now: Date,
): Promise<void> {
  const organizationIdByUuid = new Map(
    [...organizationIds].map((organizationId) => [toUuid(organizationId), organizationId]),
  );
  if (organizationIdByUuid.size === 0) return;
  const uuids = `{${[...organizationIdByUuid.keys()].join(',')}}`;
  const existingAccounts = await em.execute<{ organization_id: string }[]>(
    `select organization_id from prepaid_account where organization_id = any(?::uuid[])`,
    [uuids],
  );
  const existingUuids = new Set(existingAccounts.map(({ organization_id }) => organization_id));
  for (const [organizationUuid, organizationId] of organizationIdByUuid)
    if (!existingUuids.has(organizationUuid)) await openPrepaidAccount(em, organizationId, now);
  await em.execute(
    `select from prepaid_account where organization_id = any(?::uuid[]) order by organization_id for update`,
    [uuids],
  );
}

/** The permanent reference for standing orders (PAY-3); undefined while the prepaid account is missing. */
export async function findStandingOrderReference(
  em: EntityManager,
  organizationId: `org_${string}`,
): Promise<string | undefined> {
  const [account] = await em.execute<{ standing_order_reference: string }[]>(
    `select standing_order_reference from prepaid_account where organization_id = ?`,
    [toUuid(organizationId)],
  );
  return account?.standing_order_reference;
}

/** Returns the permanent reference for standing orders. Creates the prepaid account if it is missing. */
export async function standingOrderReference(
  em: EntityManager,
  organizationId: `org_${string}`,
  now: Date,
): Promise<string> {
  const existing = await findStandingOrderReference(em, organizationId);
  if (existing) return existing;
  await openPrepaidAccount(em, organizationId, now);
  return (await findStandingOrderReference(em, organizationId))!;
}

async function openPrepaidAccount(em: EntityManager, organizationId: `org_${string}`, now: Date): Promise<void> {
  const [address] = await em.execute<{ country: string }[]>(
    `select country from address where organization_id = ? and is_default`,
    [toUuid(organizationId)],
  );
  // Without an address, the form is the form for Switzerland.
  const reference = await allocateReference(em, {
    form: referenceFormFor(address?.country ?? 'CH', 'CHF'),
    kind: 'standing_order',
    organizationId,
    documentId: undefined,
    now,
  });
  // A concurrent call waits here and then inserts no row; the reference that it allocated stays unused.
  sendAhead(
    em,
    `insert into prepaid_account (organization_id, standing_order_reference, created_at) values (?, ?, ?)
     on conflict do nothing`,
    [toUuid(organizationId), reference, now],
  );
}
