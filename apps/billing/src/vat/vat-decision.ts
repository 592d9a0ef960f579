import type { LegalForm } from '@cordee/contracts/identity/organization';
import { VAT_RATES_AS_OF } from '@cordee/money/dated-vat-rates';
import type { VatTerritory } from '@cordee/money/vat-territory';
import type * as z from 'zod';
import type { VatRegistration } from './vat-registration.ts';

/** VAT category of EN 16931: `S` with VAT, `AE` reverse charge, `O` outside of the scope of VAT. */
export type VatCategory = 'S' | 'AE' | 'O';

/** `by_day`: a rate for each day of the service period. `tax_point`: the rate on the day of the tax point. */
export type RateMethod = 'by_day' | 'tax_point' | 'none';

/**
 * Why a buyer has this VAT. `swiss_rates`: the buyer is in the Swiss territory. `registration`: a consumer where the
 * seller is registered. `reverse_charge`: a business of the EU with a VAT number. `business_abroad`: a business outside
 * of the EU and Switzerland, which owes the VAT of its country. `no_vat_in_territory`: a consumer where the seller owes
 * no VAT by its own declaration. `territory_without_vat`: a consumer where the law has no VAT. `product_out_of_scope`:
 * the products are outside of the scope of VAT, wherever the buyer is. `earlier_version`: the document was issued
 * before decisions were stored.
 */
export type VatReason =
  | 'swiss_rates'
  | 'registration'
  | 'reverse_charge'
  | 'business_abroad'
  | 'no_vat_in_territory'
  | 'territory_without_vat'
  | 'product_out_of_scope'
  | 'earlier_version';

/** The last answer of a registry about a VAT number. `unknown`: there is no answer of the last 30 days. */
export interface NumberCheck {
  readonly number: string;
  readonly status: 'valid' | 'invalid' | 'unknown';
  /** `not_checked`: there is no registry for numbers of this country. */
  readonly registry: 'vies' | 'uid' | 'simulator' | 'not_checked';
  readonly checkedAt: string | null;
  readonly consultationNumber: string | null;
}

/** A piece of evidence of where a consumer is. */
export interface PlaceEvidence {
  readonly kind: 'address' | 'card' | 'bank_account' | 'confirmation';
  /** ISO 3166-1 alpha-2. */
  readonly country: string;
}

/** How the VAT of a document was decided. A document stores its decision. */
export interface VatDecision {
  readonly territory: VatTerritory;
  readonly buyerKind: 'consumer' | 'business';
  readonly reason: VatReason;
  readonly category: VatCategory;
  readonly rateMethod: RateMethod;
  /** The earlier of the date of the invoice and the value date of the money for it; until then, the day of decision. */
  readonly taxPoint: string;
  /** The registration whose VAT is charged; null without VAT, or with Swiss VAT. */
  readonly registration: VatRegistration | null;
  readonly numberCheck: NumberCheck | null;
  readonly evidence: readonly PlaceEvidence[];
  /** True when the number was refused, or not confirmed, after the pro forma with reverse charge: the total stayed. */
  readonly replacesReverseCharge?: boolean;
  /** The pro forma with the other products of the order: a document with the category `O` has no other (DOC-8). */
  readonly relatedProForma?: { readonly id: `pfm_${string}`; readonly number: string };
  /** The rates of the lines with VAT, in basis points, the highest first; empty until the document is issued. */
  readonly rates: readonly { readonly basisPoints: number; readonly firstDay: string | null }[];
  /** The day of the publication with which the rates were compared. */
  readonly ratesAsOf: string;
}

/** The facts about a buyer from which the VAT is decided. */
export interface VatFacts {
  readonly country: string;
  readonly postalCode: string;
  readonly vatNumber: string | null;
  readonly legalForm: z.output<typeof LegalForm>;
  readonly numberCheck: NumberCheck | null;
  readonly evidence: readonly PlaceEvidence[];
}

/** The decision about a document that an earlier version has issued: Swiss VAT or reverse charge. */
export const decisionOfEarlierVersion = (isReverseCharge: boolean, taxPoint: string): VatDecision => ({
  territory: { code: 'CH', state: 'CH', area: 'swiss' },
  buyerKind: isReverseCharge ? 'business' : 'consumer',
  reason: 'earlier_version',
  category: isReverseCharge ? 'AE' : 'S',
  rateMethod: isReverseCharge ? 'none' : 'by_day',
  taxPoint,
  registration: null,
  numberCheck: null,
  evidence: [],
  rates: [],
  ratesAsOf: VAT_RATES_AS_OF,
});
