import { toUuid, type Id } from '@cordee/contracts/id';
import { sendAhead } from '@cordee/service/database/orm';
import { uuidOrNull } from '@cordee/service/database/sql-values';
import type { EntityManager } from '@mikro-orm/postgresql';
import { makeReference, type ReferenceForm } from './payment-reference.ts';

interface ReferenceRequest {
  form: ReferenceForm;
  kind: 'pro_forma' | 'invoice' | 'standing_order';
  organizationId: `org_${string}`;
  documentId: Id<'pfm' | 'inv'> | undefined;
  now: Date;
}

/** Like `allocateReferences`, for one reference. */
export const allocateReference = async (em: EntityManager, request: ReferenceRequest): Promise<string> =>
  (await allocateReferences(em, [request]))[0]!;

/**
 * Allocates unique payment references, one per request. A sequence never returns a number twice, not even after a
 * rollback (C-BNK-21).
 */
export async function allocateReferences(em: EntityManager, requests: readonly ReferenceRequest[]): Promise<string[]> {
  const numbers = await em.execute<{ number: string }[]>(
    `select nextval('payment_reference_number')::text as number from generate_series(1, ?)`,
    [requests.length],
  );
  const references = requests.map(({ form, kind }, index) => makeReference(form, kind, BigInt(numbers[index]!.number)));
  const rows = requests.map(({ kind, organizationId, documentId, now }, index) => ({
    reference: references[index],
    kind,
    organization: toUuid(organizationId),
    document: uuidOrNull(documentId),
    now,
  }));
  sendAhead(
    em,
    `insert into payment_reference (reference, kind, organization_id, document_id, created_at)
     select reference, kind, organization, document, now
     from jsonb_to_recordset(?::jsonb) as request (
       reference text, kind text, organization uuid, document uuid, now timestamptz
     )`,
    [JSON.stringify(rows)],
  );
  return references;
}
