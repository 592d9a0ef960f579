import { toId, toUuid } from '@cordee/contracts/id';
import { sendAhead } from '@cordee/service/database/orm';
import { uuidList } from '@cordee/service/database/sql-values';
import type { EntityManager } from '@mikro-orm/postgresql';
import { chooseStandingOrderForm } from '../payments/reference-form.ts';
import { allocateReferences } from '../payments/allocate-reference.ts';

/**
 * Locks the prepaid account until the transaction ends; creates the account if it is missing. Call this function before
 * you read a balance or a document in order to move money: the lock prevents double spending.
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
  const [lockedRows, result] = await lockAndRead();
  if (lockedRows.length > 0) return result;
  await createPrepaidAccount(em, organizationId, now);
  const [, resultAfterLock] = await lockAndRead();
  return resultAfterLock;
}

/** Locks the prepaid accounts of many organizations, in the order of their ids to prevent deadlocks. */
export async function lockPrepaidAccounts(
  em: EntityManager,
  organizationIds: Iterable<`org_${string}`>,
  now: Date,
): Promise<void> {
  const organizations = [...new Set(organizationIds)];
  if (organizations.length === 0) return;
  const organizationsWithoutAccount = await em.execute<{ organization_id: string }[]>(
    `select id as organization_id from unnest(?::uuid[]) as organization (id)
     where not exists (select from prepaid_account where organization_id = organization.id)`,
    [uuidList(organizations)],
  );
  if (organizationsWithoutAccount.length > 0)
    await createPrepaidAccounts(
      em,
      organizationsWithoutAccount.map(({ organization_id }) => toId('org', organization_id)),
      now,
    );
  await em.execute(
    `select from prepaid_account where organization_id = any(?::uuid[]) order by organization_id for update`,
    [uuidList(organizations)],
  );
}

/**
 * Returns the standing-order reference, which never changes (PAY-3); undefined while the prepaid account is missing.
 */
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

/** Returns the standing-order reference. Creates the prepaid account if it is missing. */
export async function findOrCreateStandingOrderReference(
  em: EntityManager,
  organizationId: `org_${string}`,
  now: Date,
): Promise<string> {
  const existingReference = await findStandingOrderReference(em, organizationId);
  if (existingReference) return existingReference;
  await createPrepaidAccount(em, organizationId, now);
  return (await findStandingOrderReference(em, organizationId))!;
}

const createPrepaidAccount = (em: EntityManager, organizationId: `org_${string}`, now: Date): Promise<void> =>
  createPrepaidAccounts(em, [organizationId], now);

async function createPrepaidAccounts(
  em: EntityManager,
  organizationIds: readonly `org_${string}`[],
  now: Date,
): Promise<void> {
  const addresses = await em.execute<{ organization_id: string; country: string }[]>(
    `select organization_id, country from address where organization_id = any(?::uuid[]) and is_default`,
    [uuidList(organizationIds)],
  );
  const countries = new Map(addresses.map(({ organization_id, country }) => [toId('org', organization_id), country]));
  const references = await allocateReferences(
    em,
    organizationIds.map((organizationId) => ({
      form: chooseStandingOrderForm(countries.get(organizationId)),
      kind: 'standing_order',
      organizationId,
      documentId: undefined,
      now,
    })),
  );
  // A concurrent call waits here and then inserts no row; the reference that it allocated stays unused. The order of
  // the rows prevents deadlocks.
  sendAhead(
    em,
    `insert into prepaid_account (organization_id, standing_order_reference, created_at)
     select organization, reference, ?
     from jsonb_to_recordset(?::jsonb) as account (organization uuid, reference text) order by organization
     on conflict do nothing`,
    [
      now,
      JSON.stringify(
        organizationIds.map((organizationId, index) => ({
          organization: toUuid(organizationId),
          reference: references[index],
        })),
      ),
    ],
  );
}
