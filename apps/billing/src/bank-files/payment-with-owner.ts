import type { Booking } from './movements.ts';
import type { ReferenceOwner } from './reference-owners.ts';

/** A payment of a bank file, with the organizations that its reference and its account identify. */
export interface PaymentWithOwner {
  readonly booking: Pick<Booking, 'account' | 'entry' | 'transaction'>;
  readonly reference: string | undefined;
  readonly owner: ReferenceOwner | undefined;
  /** The further documents that the payer names. */
  readonly furtherOwners: readonly ReferenceOwner[];
  /** The organization that paid from the account of the payer before. */
  readonly payer: `org_${string}` | undefined;
  /** True for a payment without a reference, even an invalid one: the amount may be the sum of several invoices. */
  readonly mayPaySeveralInvoices: boolean;
}
