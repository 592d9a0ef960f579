import { toId } from '@cordee/contracts/id';
import type { EntityManager } from '@mikro-orm/postgresql';

/** A subquery over a parameter with a JSON array. JSON can contain every character that a bank may write. */
const jsonListSql = `(select jsonb_array_elements_text(?::jsonb))`;

/** A payment reference that billing has issued, with its organization and its document. */
export interface IssuedReference {
  readonly kind: 'pro_forma' | 'invoice' | 'standing_order';
  readonly organizationId: `org_${string}`;
  /** Null for a standing-order reference. */
  readonly documentId: `pfm_${string}` | `inv_${string}` | null;
  /** The reference of the document; not the given reference when the document is the invoice of a pro forma. */
  readonly documentReference: string;
}

interface IssuedReferenceRow {
  reference: string;
  kind: IssuedReference['kind'];
  organization_id: string;
  document_id: string | null;
  /** The open invoice of a converted pro forma. */
  open_invoice_id: string | null;
  open_invoice_reference: string | null;
}

/**
 * Finds the references that billing has issued. For a converted pro forma whose invoice is open again, the document is
 * the invoice. Works only in a transaction that may read all organizations.
 */
export async function findIssuedReferences(
  em: EntityManager,
  references: readonly string[],
): Promise<Map<string, IssuedReference>> {
  if (references.length === 0) return new Map();
  const rows = await em.execute<IssuedReferenceRow[]>(
    `select issued.reference, kind, issued.organization_id, document_id, invoice.id as open_invoice_id,
            invoice.reference as open_invoice_reference
     from payment_reference issued
     left join pro_forma on kind = 'pro_forma' and pro_forma.organization_id = issued.organization_id
       and pro_forma.id = document_id and pro_forma.status = 'converted'
     left join invoice on invoice.organization_id = issued.organization_id and invoice.id = pro_forma.invoice_id
       and invoice.status in ('open', 'part_paid')
     where issued.reference in ${jsonListSql}`,
    [JSON.stringify(references)],
  );
  return new Map(rows.map((row) => [row.reference, issuedReferenceOf(row)]));
}

function issuedReferenceOf(row: IssuedReferenceRow): IssuedReference {
  const { reference, kind, document_id: documentId } = row;
  const organizationId = toId('org', row.organization_id);
  if (row.open_invoice_id && row.open_invoice_reference)
    return {
      kind: 'invoice',
      organizationId,
      documentId: toId('inv', row.open_invoice_id),
      documentReference: row.open_invoice_reference,
    };
  return {
    kind,
    organizationId,
    documentId: documentId ? toId(kind === 'pro_forma' ? 'pfm' : 'inv', documentId) : null,
    documentReference: reference,
  };
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
