import type { Locale } from '@cordee/contracts/values';
import type { Money } from '@cordee/money/money';
import type { VatTotals } from '@cordee/money/vat';

/** Languages with document texts. */
export type DocumentLanguage = Locale;

/**
 * `open_invoice`: an unpaid invoice, with the stamp "not definitive". `paid_invoice`: the definitive invoice. The other
 * kinds with a stamp: an invoice that was credited in full or written off, and a cancelled pro forma.
 */
export type DocumentKind = 'pro_forma' | StampedKind | 'credit_note';
/** The kinds with a stamp, which states for example that an invoice is paid. */
export type StampedKind = InvoiceKind | 'cancelled_pro_forma';
export type InvoiceKind = 'open_invoice' | 'paid_invoice' | 'credited_invoice' | 'written_off_invoice';

/** A structured postal address, which the QR-bill requires. */
export interface PostalAddress {
  readonly name: string;
  /** A second line of the name: department, care of. */
  readonly nameAddition?: string | undefined;
  readonly street: string;
  readonly buildingNumber?: string | undefined;
  readonly postalCode: string;
  readonly town: string;
  /** ISO 3166-1 alpha-2. */
  readonly country: string;
}

/** The seller at the time of issue. */
interface DocumentSeller extends PostalAddress {
  /** `CHE-123.456.789` with or without suffix; the printed suffix depends on the language. */
  readonly vatNumber: string;
  readonly iban: string;
  /** Null when the account has no QR-IBAN. */
  readonly qrIban: string | null;
  /** The BIC of the bank of `iban`. */
  readonly bic?: string | undefined;
  readonly email?: string | undefined;
  readonly phone?: string | undefined;
  readonly website?: string | undefined;
}

/** The customer at the time of issue. */
interface DocumentBuyer extends PostalAddress {
  readonly vatNumber?: string | undefined;
  readonly reference?: string | undefined;
  readonly purchaseOrder?: string | undefined;
  /** The mail addresses that get the document. */
  readonly mailboxes?: readonly string[] | undefined;
}

export interface PrintedLine {
  readonly description: string;
  readonly costCentre?: string | undefined;
  /** `end` is exclusive; the printed last day is the day before `end`. */
  readonly servicePeriod?: { readonly start: string; readonly end: string } | undefined;
  /** Integer or decimal text. */
  readonly quantity: number | string;
  /** In the language of the document: `Jahr`, `mois`. */
  readonly unit?: string | undefined;
  readonly unitPrice: Money;
  readonly net: Money;
  readonly rateBasisPoints: number;
}

/** All values that the PDF shows. The renderer computes no values, so equal content gives equal bytes. */
export interface DocumentContent {
  readonly kind: DocumentKind;
  readonly language: DocumentLanguage;
  readonly number: string;
  /** `YYYY-MM-DD`, like every date in this file. */
  readonly issuedOn: string;
  /** Only for a pro forma. */
  readonly validUntil?: string | undefined;
  /** Only for an invoice. */
  readonly dueOn?: string | undefined;
  /** Value date of the payment; only for a paid invoice. */
  readonly paidOn?: string | undefined;
  /** Number of the corrected invoice; only for a credit note. */
  readonly correctedInvoiceNumber?: string | undefined;
  /** The reason for the correction, and the effect on the products; only for a credit note. */
  readonly correction?: { readonly reason: string; readonly productsEndOn?: string | undefined } | undefined;
  readonly seller: DocumentSeller;
  readonly buyer: DocumentBuyer;
  readonly lines: readonly PrintedLine[];
  readonly totals: VatTotals;
  /** Cash rounding, printed as a separate line unless it is zero. */
  readonly rounding?: Money | undefined;
  /** The amount of the credit notes of an open invoice. */
  readonly creditedAmount?: Money | undefined;
  /** Earlier payments of an open invoice, less refunds; negative when the bank took a refunded payment back. */
  readonly paidAmount?: Money | undefined;
  /** Prepaid money that is reserved for a pro forma. */
  readonly reservedAmount?: Money | undefined;
  /** The open amount. The PDF has no payment part when the open amount is zero. */
  readonly openAmount: Money;
  /** QRR or SCOR, normalized. */
  readonly reference?: string | undefined;
  /** True when the buyer owes the VAT. */
  readonly isReverseCharge?: boolean | undefined;
  /** True when the document is outside of the scope of VAT. */
  readonly isOutOfScope?: boolean | undefined;
  /** Number of the pro forma with the other products of the order, when the order was split. */
  readonly relatedProFormaNumber?: string | undefined;
  /** The same document as XML (Cross Industry Invoice). The PDF is then a Factur-X, which contains the XML. */
  readonly attachedInvoice?: string | undefined;
}
