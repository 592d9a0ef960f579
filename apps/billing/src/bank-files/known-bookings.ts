import { toId } from '@cordee/contracts/id';
import type { EntityManager } from '@mikro-orm/postgresql';

/** Subquery over a JSON array parameter. JSON is used because the texts of a bank can contain any character. */
const jsonList = `(select jsonb_array_elements_text(?::jsonb))`;

/** Returns only the identities that earlier imports stored. */
export async function knownIdentities(em: EntityManager, identities: readonly string[]): Promise<Set<string>> {
  const rows = await em.execute<{ identity: string }[]>(
    `select identity from bank_booking_identity where identity in ${jsonList}`,
    [JSON.stringify(identities)],
  );
  return new Set(rows.map(({ identity }) => identity));
}

/**
 * Finds the batches that earlier imports stored (PAY-2). `totals` contains batches with a stored total, `detailed`
 * contains batches with at least one stored payment. Outgoing payments (`ignored`) are left out, because they have no
 * ledger booking.
 */
export async function knownBatches(
  em: EntityManager,
  batches: readonly string[],
): Promise<{ totals: Set<string>; detailed: Set<string> }> {
  const rows = await em.execute<{ batch: string; is_batch_total: boolean }[]>(
    `select distinct batch, is_batch_total from bank_booking where batch in ${jsonList} and status <> 'ignored'`,
    [JSON.stringify(batches)],
  );
  const batchesWhere = (isTotal: boolean): Set<string> =>
    new Set(rows.filter((row) => row.is_batch_total === isTotal).map(({ batch }) => batch));
  return { totals: batchesWhere(true), detailed: batchesWhere(false) };
}

export interface ReferenceOwner {
  readonly kind: 'pro_forma' | 'invoice' | 'standing_order';
  readonly organizationId: `org_${string}`;
  /** Null for a standing-order reference. */
  readonly documentId: `pfm_${string}` | `inv_${string}` | null;
}

/** Finds the owners of payment references in all organizations: references are global by law. Needs the staff role. */
export async function ownersOfReferences(
  em: EntityManager,
  references: readonly string[],
): Promise<Map<string, ReferenceOwner>> {
  const rows = await em.execute<
    { reference: string; kind: ReferenceOwner['kind']; organization_id: string; document_id: string | null }[]
  >(`select reference, kind, organization_id, document_id from payment_reference where reference in ${jsonList}`, [
    JSON.stringify(references),
  ]);
  return new Map(
    rows.map(({ reference, kind, organization_id, document_id }) => [
      reference,
      {
        kind,
        organizationId: toId('org', organization_id),
        documentId: document_id ? toId(kind === 'pro_forma' ? 'pfm' : 'inv', document_id) : null,
      },
    ]),
  );
}

/** Finds the organization that each IBAN paid for so far. An IBAN that paid for several organizations is left out. */
export async function payersByIban(em: EntityManager, ibans: readonly string[]): Promise<Map<string, `org_${string}`>> {
  const rows = await em.execute<{ debtor_iban: string; organization_id: string }[]>(
    `select debtor_iban, min(organization_id::text) as organization_id
     from bank_booking where debtor_iban in ${jsonList} and organization_id is not null
     group by debtor_iban having count(distinct organization_id) = 1`,
    [JSON.stringify(ibans)],
  );
  return new Map(rows.map(({ debtor_iban, organization_id }) => [debtor_iban, toId('org', organization_id)]));
}
