import type { Currency } from '@cordee/contracts/values';
import type { VatCategory } from '../vat/vat-decision.ts';
import type { ProfileName } from './e-invoice-profile.ts';

/** An electronic address with its scheme of the list EAS, for example `EM` for a mail address. */
export interface ElectronicAddress {
  readonly scheme: string;
  readonly value: string;
}

interface Party {
  readonly name: string;
  readonly street: string;
  readonly postalCode: string;
  readonly town: string;
  /** ISO 3166-1 alpha-2. */
  readonly country: string;
  readonly vatNumber: string | undefined;
  readonly electronicAddress: ElectronicAddress | undefined;
}

interface SellerParty extends Party {
  /** The number of a registration for VAT that belongs to no country, such as OSS. */
  readonly taxRegistration: string | undefined;
  /** The number in the business register, with the scheme of the list ICD. */
  readonly registration: { readonly scheme: string; readonly value: string } | undefined;
  readonly phone: string | undefined;
  readonly email: string | undefined;
}

/** A line. Amounts are in minor units. */
export interface EInvoiceLine {
  /** From 1. */
  readonly id: number;
  readonly name: string;
  /** A text of the buyer for bookkeeping. */
  readonly costCentre: string | undefined;
  /** 1, or -1 when the net amount is negative: prices are never negative. */
  readonly quantity: 1 | -1;
  /** A code of UN/ECE recommendation 20. */
  readonly unit: 'ANN' | 'MON' | 'C62';
  readonly net: number;
  readonly category: VatCategory;
  readonly rateBasisPoints: number;
  /** With the last day. */
  readonly period: { readonly start: string; readonly end: string } | undefined;
}

/** The VAT of all lines of a category and rate. Amounts are in minor units. */
export interface VatBreakdown {
  readonly category: VatCategory;
  readonly rateBasisPoints: number;
  readonly net: number;
  readonly vat: number;
  /** Why no VAT is charged: a code of the list VATEX and a text. */
  readonly exemption: { readonly code: string; readonly text: string } | undefined;
}

/** How the buyer pays. */
interface PaymentInstructions {
  /** UNTDID 4461: 30 credit transfer, 58 SEPA credit transfer, ZZZ as agreed. */
  readonly code: '30' | '58' | 'ZZZ';
  readonly account: string | undefined;
  readonly bic: string | undefined;
  readonly reference: string | undefined;
}

/** The terms of EN 16931 of an invoice or credit note. Both syntaxes are written from them. */
export interface EInvoice {
  readonly kind: 'invoice' | 'credit_note';
  readonly profile: ProfileName;
  readonly number: string;
  /** `YYYY-MM-DD`, like every date. */
  readonly issuedOn: string;
  readonly dueOn: string | undefined;
  readonly currency: Currency;
  readonly buyerReference: string | undefined;
  readonly purchaseOrder: string | undefined;
  /** Only for a credit note. */
  readonly correctedInvoice: { readonly number: string; readonly issuedOn: string | undefined } | undefined;
  readonly note: string | undefined;
  readonly seller: SellerParty;
  readonly buyer: Party;
  readonly lines: readonly EInvoiceLine[];
  readonly breakdown: readonly VatBreakdown[];
  /** Amounts in minor units. `due` is `total` less `paid`, plus `rounding` (BR-CO-16). */
  readonly totals: {
    readonly net: number;
    readonly vat: number;
    readonly total: number;
    readonly paid: number;
    readonly rounding: number;
    readonly due: number;
  };
  readonly payment: PaymentInstructions | undefined;
  readonly terms: string | undefined;
}
