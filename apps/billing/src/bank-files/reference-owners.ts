import { toId } from '@cordee/contracts/id';
import type { EntityManager } from '@mikro-orm/postgresql';

/** A subquery over a parameter with a JSON array. JSON can contain every character that a bank may write. */
const jsonListSql = `(select jsonb_array_elements_text(?::jsonb))`;

/** The organization and the document that a payment with a reference is for. */
export interface ReferenceOwner {
  readonly kind: 'pro_forma' | 'invoice' | 'standing_order';
  readonly organizationId: `org_${string}`;
  /** Null for a standing-order reference. */
  readonly documentId: `pfm_${string}` | `inv_${string}` | null;
}

/** Finds the owners of payment references. Works only in a transaction that may read all organizations. */
export async function ownersOfReferences(
  em: EntityManager,
  references: readonly string[],
): Promise<Map<string, ReferenceOwner>> {
  if (references.length === 0) return new Map();
  const rows = await em.execute<
    { reference: string; kind: ReferenceOwner['kind']; organization_id: string; document_id: string | null }[]
  >(`select reference, kind, organization_id, document_id from payment_reference where reference in ${jsonListSql}`, [
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
  if (ibans.length === 0) return new Map();
  const rows = await em.execute<{ iban: string; organization_id: string }[]>(
    `select iban, min(organization_id::text) as organization_id
     from payer_account where iban in ${jsonListSql} group by iban having count(*) = 1`,
    [JSON.stringify(ibans)],
  );
  return new Map(rows.map(({ iban, organization_id }) => [iban, toId('org', organization_id)]));
}
