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

/**
 * Allocates a unique payment reference. A sequence never returns a number twice, not even after a rollback (C-BNK-21).
 */
export async function allocateReference(
  em: EntityManager,
  { form, kind, organizationId, documentId, now }: ReferenceRequest,
): Promise<string> {
  const [row] = await em.execute<{ number: string }[]>(`select nextval('payment_reference_number')::text as number`);
  const reference = makeReference(form, kind, BigInt(row!.number));
  sendAhead(
    em,
    `insert into payment_reference (reference, kind, organization_id, document_id, created_at)
     values (?, ?, ?, ?, ?)`,
    [reference, kind, toUuid(organizationId), uuidOrNull(documentId), now],
  );
  return reference;
}
