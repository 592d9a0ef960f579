import type { Money } from '@cordee/money/money';
import type { VatTotals } from '@cordee/money/vat';

/** Languages in which documents are written. */
export type DocumentLanguage = 'de' | 'fr' | 'it' | 'en';

/**
 * What is printed. `open_invoice` is the rendering of an invoice before it is paid, marked as not definitive;
 * `paid_invoice` is the definitive one.
 */
export type DocumentKind = 'pro_forma' | 'open_invoice' | 'paid_invoice' | 'credit_note';

/** A structured postal address; QR-bills know no other. */
export interface PostalAddress {
  readonly name: string;
  /** A second line of the name: department, care of. */
  readonly nameAddition?: string | undefined;
  readonly street: string;
  readonly houseNumber?: string | undefined;
  readonly postalCode: string;
  readonly city: string;
  /** ISO 3166-1 alpha-2. */
  readonly country: string;
}

/** The provider, as it was when the document was issued. */
export interface DocumentSeller extends PostalAddress {
  /** `CHE-123.456.789`, with any suffix or none: the printed one follows the language. */
  readonly vatNumber: string;
  readonly iban: string;
  readonly qrIban: string;
  readonly email?: string | undefined;
  readonly phone?: string | undefined;
  readonly website?: string | undefined;
}

/** The customer, as it was when the document was issued. */
export interface DocumentBuyer extends PostalAddress {
  readonly vatNumber?: string | undefined;
}

export interface DocumentLine {
  readonly description: string;
  /** Half-open; printed with its last day. */
  readonly servicePeriod?: { readonly start: string; readonly end: string } | undefined;
  /** Integer or decimal text. */
  readonly quantity: number | string;
  /** Already in the language of the document: `Jahr`, `mois`. */
  readonly unit?: string | undefined;
  readonly unitPrice: Money;
  readonly net: Money;
  readonly rateBasisPoints: number;
}

/** Everything that is printed; nothing is looked up or worked out while printing, so the same content gives the same bytes. */
export interface DocumentContent {
  readonly kind: DocumentKind;
  readonly language: DocumentLanguage;
  readonly number: string;
  /** `YYYY-MM-DD`, all dates. */
  readonly issuedOn: string;
  /** Pro forma. */
  readonly validUntil?: string | undefined;
  /** Invoice. */
  readonly dueOn?: string | undefined;
  /** Value date of the payment of a paid invoice. */
  readonly paidOn?: string | undefined;
  /** Number of the invoice that a credit note corrects. */
  readonly corrects?: string | undefined;
  readonly seller: DocumentSeller;
  readonly buyer: DocumentBuyer;
  readonly lines: readonly DocumentLine[];
  readonly totals: VatTotals;
  /** Cash rounding, its own line. */
  readonly rounding?: Money | undefined;
  /** What was paid before, of an open invoice. */
  readonly alreadyPaid?: Money | undefined;
  /** What is still to be paid; zero leaves out the payment part. */
  readonly due: Money;
  /** QRR or SCOR, normalised. */
  readonly reference?: string | undefined;
  /** The buyer owes the VAT (EU business). */
  readonly isReverseCharge?: boolean | undefined;
}
