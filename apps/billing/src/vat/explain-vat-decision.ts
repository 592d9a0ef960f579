import { lawWithoutVat } from '@cordee/money/territories-without-vat';
import { formatVatRate } from '@cordee/money/vat-rates';
import type { NumberCheck, VatDecision, VatReason } from './vat-decision.ts';

/** Explains a decision in sentences, in the order in which it was made. */
export function explainVatDecision(decision: VatDecision): string[] {
  const { territory, buyerKind, reason, numberCheck, evidence } = decision;
  if (reason === 'earlier_version') return [reasonTexts.earlier_version(decision)];
  const places = evidence.map(({ kind, country }) => `${evidenceTexts[kind]} ${country}`);
  return [
    `The billing address is in the VAT territory ${territory.code}${territory.part ? ` (${territory.part})` : ''}.`,
    ...(numberCheck ? [checkText(numberCheck)] : []),
    `The buyer is a ${buyerKind}.`,
    reasonTexts[reason](decision),
    ...(decision.replacesReverseCharge
      ? [
          `The registry ${numberCheck?.status === 'unknown' ? 'did not confirm' : 'refused'} the number after ` +
            'the pro forma was issued. Its total stayed and contains the VAT.',
        ]
      : []),
    ...rateTexts(decision),
    ...(places.length > 0 ? [`Evidence of the place: ${places.join(', ')}.`] : []),
    ...(decision.relatedProForma
      ? [
          `The other products of the order are on the pro forma ${decision.relatedProForma.number}: products outside ` +
            'of the scope of VAT are never on a document with other products.',
        ]
      : []),
  ];
}

const evidenceTexts = {
  address: 'address',
  card: 'card',
  bank_account: 'bank account',
  confirmation: 'confirmation of the buyer',
} as const;

const registryNames = { vies: 'VIES', uid: 'The UID register', simulator: 'The simulated registry', not_checked: '' };

function checkText({ number, status, registry, checkedAt, consultationNumber }: NumberCheck): string {
  if (registry === 'not_checked') return `No registry is asked about the VAT number ${number}; its form is right.`;
  const name = registryNames[registry];
  if (status === 'unknown' || checkedAt === null)
    return `${name} has given no answer about the VAT number ${number} in the last 30 days.`;
  const proof = consultationNumber ? `, consultation number ${consultationNumber}` : '';
  const verb = status === 'valid' ? 'confirmed' : 'refused';
  return `${name} ${verb} the VAT number ${number} on ${checkedAt.slice(0, 10)}${proof}.`;
}

const reasonTexts: Readonly<Record<VatReason, (decision: VatDecision) => string>> = {
  swiss_rates: () => 'Buyers in this territory have Swiss VAT.',
  registration: ({ territory, registration }) =>
    `The seller charges the VAT of ${territory.code} under its registration ` +
    `${registration!.scope} (${registration!.number}).`,
  reverse_charge: () => 'A business of the EU with a confirmed VAT number owes the VAT itself: reverse charge.',
  business_abroad: () =>
    'The service is supplied where the business is, outside of Switzerland and the EU: outside of the scope of VAT.',
  no_vat_in_territory: ({ territory }) =>
    `The seller has declared that it owes no VAT in ${territory.code}: outside of the scope of VAT.`,
  territory_without_vat: ({ territory, taxPoint }) =>
    `There is no VAT in ${territory.code} (${lawWithoutVat(territory.code, taxPoint)}): outside of the scope of VAT.`,
  product_out_of_scope: () => 'The products are no supplies in the sense of VAT: outside of the scope of VAT.',
  earlier_version: ({ category }) =>
    'The document was issued before decisions were stored: ' +
    (category === 'AE' ? 'reverse charge of a business of the EU.' : 'Swiss VAT.'),
};

function rateTexts({ rateMethod, taxPoint, rates }: VatDecision): string[] {
  if (rateMethod === 'none') return [];
  const text = rates
    .map(({ basisPoints, firstDay }) => formatVatRate(basisPoints, 'en') + (firstDay ? ` (since ${firstDay})` : ''))
    .join(', ');
  return [
    rateMethod === 'by_day'
      ? `Each day of the service period has the rate of that day: ${text}.`
      : `The rate is that of the tax point, ${taxPoint}: ${text}.`,
  ];
}
