import { toId } from '@cordee/contracts/id';
import type { EntityManager } from '@mikro-orm/postgresql';

/** A list for `any(…)`, as JSON: what banks write may hold any sign. */
const list = `(select jsonb_array_elements_text(?::jsonb))`;

/** Which of these identities were counted before. */
export async function knownIdentities(em: EntityManager, identities: readonly string[]): Promise<Set<string>> {
  const rows = await em.execute<{ identity: string }[]>(
    `select identity from bank_booking_identity where identity in ${list}`,
    [JSON.stringify(identities)],
  );
  return new Set(rows.map(({ identity }) => identity));
}

/** Batches that are known by their total, and those that are known by a payment in them (PAY-2: a total is detailed by its 054). */
export async function knownBatches(
  em: EntityManager,
  batches: readonly string[],
): Promise<{ totals: Set<string>; detailed: Set<string> }> {
  const rows = await em.execute<{ batch: string; is_batch_total: boolean }[]>(
    `select distinct batch, is_batch_total from bank_booking where batch in ${list} and status <> 'ignored'`,
    [JSON.stringify(batches)],
  );
  const of = (isTotal: boolean): Set<string> =>
    new Set(rows.filter((row) => row.is_batch_total === isTotal).map(({ batch }) => batch));
  return { totals: of(true), detailed: of(false) };
}

export interface ReferenceOwner {
  readonly kind: 'pro_forma' | 'invoice' | 'standing_order';
  readonly organizationId: `org_${string}`;
  readonly documentId: `pfm_${string}` | `inv_${string}` | null;
}

/** Whose references these are, across all organizations: references are global by law, and only staff looks them up. */
export async function ownersOfReferences(
  em: EntityManager,
  references: readonly string[],
): Promise<Map<string, ReferenceOwner>> {
  const rows = await em.execute<
    { reference: string; kind: ReferenceOwner['kind']; organization_id: string; document_id: string | null }[]
  >(`select reference, kind, organization_id, document_id from payment_reference where reference in ${list}`, [
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

/** To which organization an account has always paid; one that has paid for several tells nothing. */
export async function payersByAccount(
  em: EntityManager,
  ibans: readonly string[],
): Promise<Map<string, `org_${string}`>> {
  const rows = await em.execute<{ debtor_iban: string; organization_id: string }[]>(
    `select debtor_iban, min(organization_id::text) as organization_id from bank_booking where debtor_iban in ${list} and organization_id is not null
     group by debtor_iban having count(distinct organization_id) = 1`,
    [JSON.stringify(ibans)],
  );
  return new Map(rows.map(({ debtor_iban, organization_id }) => [debtor_iban, toId('org', organization_id)]));
}
