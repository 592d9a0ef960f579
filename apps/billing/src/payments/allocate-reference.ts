import { toUuid, type Id } from '@cordee/contracts/id';
import { sendAhead } from '@cordee/service/database/orm';
import { sqlArray, uuidOrNull } from '@cordee/service/database/sql-values';
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
 * rollback.
 */
export async function allocateReferences(em: EntityManager, requests: readonly ReferenceRequest[]): Promise<string[]> {
  const numbers = await em.execute<{ number: string }[]>(
    `select nextval('payment_reference_number')::text as number from generate_series(1, ?)`,
    [requests.length],
  );
  const references = requests.map(({ form, kind }, index) => makeReference(form, kind, BigInt(numbers[index]!.number)));
  sendAhead(
    em,
    `insert into payment_reference (reference, kind, organization_id, document_id, created_at)
     select * from unnest(?::text[], ?::text[], ?::uuid[], ?::uuid[], ?::timestamptz[])`,
    [
      sqlArray(references),
      sqlArray(requests.map(({ kind }) => kind)),
      sqlArray(requests.map(({ organizationId }) => toUuid(organizationId))),
      sqlArray(requests.map(({ documentId }) => uuidOrNull(documentId))),
      sqlArray(requests.map(({ now }) => now.toISOString())),
    ],
  );
  return references;
}
