import { toUuid } from '@cordee/contracts/id';
import type { EntityManager } from '@mikro-orm/postgresql';
import { referenceFormFor } from '../payments/payment-reference.ts';
import { takeReference } from '../payments/take-reference.ts';

/**
 * The organization's turn: whatever moves its money locks this row before it reads a balance or a document (C-PLT-06), so that nothing is
 * spent twice. Makes the account at first need. The lock lasts until the transaction ends.
 */
export async function lockPrepaidAccount(em: EntityManager, organizationId: `org_${string}`, now: Date): Promise<void> {
  const id = toUuid(organizationId);
  const lock = (): Promise<unknown[]> =>
    em.execute<unknown[]>(`select from prepaid_account where organization_id = ? for update`, [id]);
  if ((await lock()).length > 0) return;
  await openPrepaidAccount(em, organizationId, now);
  await lock();
}

/** Locks the accounts of many organizations, in one order for everybody. */
export async function lockPrepaidAccounts(
  em: EntityManager,
  organizationIds: Iterable<`org_${string}`>,
  now: Date,
): Promise<void> {
  const wanted = new Map([...organizationIds].map((organizationId) => [toUuid(organizationId), organizationId]));
  if (wanted.size === 0) return;
  const ids = `{${[...wanted.keys()].join(',')}}`;
  const existing = await em.execute<{ organization_id: string }[]>(
    `select organization_id from prepaid_account where organization_id = any(?::uuid[])`,
    [ids],
  );
  for (const { organization_id } of existing) wanted.delete(organization_id);
  for (const organizationId of wanted.values()) await openPrepaidAccount(em, organizationId, now);
  await em.execute(
    `select from prepaid_account where organization_id = any(?::uuid[]) order by organization_id for update`,
    [ids],
  );
}

/** The permanent reference for standing orders (PAY-3): made when it is first needed, and the same for ever. */
export async function standingOrderReference(
  em: EntityManager,
  organizationId: `org_${string}`,
  now: Date,
): Promise<string> {
  const read = (): Promise<{ standing_order_reference: string }[]> =>
    em.execute<{ standing_order_reference: string }[]>(
      `select standing_order_reference from prepaid_account where organization_id = ?`,
      [toUuid(organizationId)],
    );
  const [known] = await read();
  if (known) return known.standing_order_reference;
  await openPrepaidAccount(em, organizationId, now);
  return (await read())[0]!.standing_order_reference;
}

async function openPrepaidAccount(em: EntityManager, organizationId: `org_${string}`, now: Date): Promise<void> {
  const [address] = await em.execute<{ country: string }[]>(
    `select country from address where organization_id = ? and is_default`,
    [toUuid(organizationId)],
  );
  const reference = await takeReference(em, {
    form: referenceFormFor(address?.country ?? 'CH', 'CHF'),
    kind: 'standing_order',
    organizationId,
    documentId: undefined,
    now,
  });
  // Of two at once the second waits here and finds the first; its own reference is never used.
  await em.execute(
    `insert into prepaid_account (organization_id, standing_order_reference, created_at) values (?, ?, ?) on conflict do nothing`,
    [toUuid(organizationId), reference, now],
  );
}
