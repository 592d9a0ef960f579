import { newId, toUuid } from '@cordee/contracts/id';
import { sendAhead } from '@cordee/service/database/orm';
import type { BillingContext } from '../billing-context.ts';

/** A payment from an account of the seller to a customer. The amount is in minor units. */
export interface OutgoingPaymentRequest {
  readonly organizationId: `org_${string}`;
  readonly purpose: 'pay_out' | 'refund' | 'return';
  readonly currency: string;
  readonly amount: number;
  readonly creditorName: string;
  /** Without spaces. */
  readonly creditorIban: string;
  /** The invoice of a refund; null for other payments. */
  readonly documentId: `inv_${string}` | null;
}

/**
 * Stores an outgoing payment for the next payment file, without waiting for the reply. The caller posts the ledger
 * booking that moves the money to the ledger account `outgoing`. Returns the id of the payment.
 */
export function requestOutgoingPayment({ em, now }: BillingContext, payment: OutgoingPaymentRequest): `pay_${string}` {
  const id = newId('pay', now);
  sendAhead(
    em,
    `insert into outgoing_payment (
       organization_id, id, purpose, currency, amount, creditor_name, creditor_iban, document_id, status, created_at
     ) values (?, ?, ?, ?, ?, ?, ?, ?, 'ordered', ?)`,
    [
      toUuid(payment.organizationId),
      toUuid(id),
      payment.purpose,
      payment.currency,
      payment.amount,
      payment.creditorName,
      payment.creditorIban,
      payment.documentId,
      now,
    ],
  );
  return id;
}
