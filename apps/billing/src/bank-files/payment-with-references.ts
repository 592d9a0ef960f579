import type { Booking } from './movements.ts';
import type { IssuedReference } from './issued-references.ts';

/** A payment of a bank file, with the issued references that it names and the organization of its payer. */
export interface PaymentWithReferences {
  readonly booking: Pick<Booking, 'account' | 'entry' | 'transaction'>;
  readonly reference: string | undefined;
  /** The first issued reference that the payment names. */
  readonly issuedReference: IssuedReference | undefined;
  /** The further issued references that the payment names. */
  readonly furtherReferences: readonly IssuedReference[];
  /** The organization that paid from the account of the payer before. */
  readonly payer: `org_${string}` | undefined;
  /** True for a payment without a reference, even an invalid one: the amount may be the sum of several invoices. */
  readonly mayPaySeveralInvoices: boolean;
}
