import * as z from 'zod';
import { query } from '../contract.ts';
import { idSchema } from '../id.ts';
import { Country, Instant, LocalDate } from '../values.ts';
import { DocumentId } from './document.ts';

const organizationId = idSchema('org');
const ids = { organizationId: 'org_01je5nryg0fgz9y05x3mqpmjrg', documentId: 'inv_01je5nryg0fgz9y05x3mqpmjrg' };

/** The answer of a registry about a VAT number. */
export const VatNumberCheck = z
  .object({
    number: z.string(),
    status: z
      .string()
      .describe('`valid`, `invalid`, or `unknown`: the registry did not answer, or its answer is older than 30 days'),
    registry: z
      .string()
      .describe(
        '`vies` for the EU, `uid` for Switzerland, `simulator` in demonstrations, `not_checked` without a registry',
      ),
    checkedAt: Instant.nullable().describe('When the registry answered'),
    consultationNumber: z.string().nullable().describe('Number with which the registry proves its answer'),
  })
  .meta({ id: 'VatNumberCheck' });

export const VatDecision = z
  .object({
    territory: z.string().describe('VAT territory: a country code, or a part of a country such as `AT-19`'),
    territoryName: z.string().nullable().describe('Name of a part of a country; null for a whole country'),
    buyerKind: z.string().describe('`consumer` or `business`'),
    reason: z
      .string()
      .describe(
        '`swiss_rates`, `registration` (a consumer where the seller is registered), `reverse_charge`, ' +
          '`business_abroad`, `no_vat_in_territory` (the seller has declared it), `territory_without_vat` (by law), ' +
          '`product_out_of_scope`, or `earlier_version` for a document without a stored decision',
      ),
    category: z.string().describe('VAT category of EN 16931: `S`, `AE` or `O`'),
    rateMethod: z
      .string()
      .describe(
        '`by_day`: a rate for each day of the service period. `tax_point`: the rate on the day of the tax point. ' +
          '`none`: no VAT',
      ),
    taxPoint: LocalDate.describe(
      'The earlier of the date of the invoice and the value date of its payment; for a pro forma, its date',
    ),
    rates: z
      .array(
        z.object({
          rate: z.string().describe('Percentage, for example `8.1`'),
          firstDay: LocalDate.nullable().describe('First day of the rate; null when it is not known'),
        }),
      )
      .describe('The rates of the lines'),
    rateSource: z.string().nullable().describe('Where the rates are published; null without VAT'),
    ratesAsOf: LocalDate.nullable().describe('The day of the publication with which the rates were compared'),
    registration: z
      .object({ scope: z.string(), number: z.string().nullable() })
      .nullable()
      .describe('Registration of the seller abroad: `OSS`, or a country; null for Swiss VAT and without VAT'),
    numberCheck: VatNumberCheck.nullable(),
    evidence: z
      .array(z.object({ kind: z.string(), country: Country }))
      .describe('Evidence of where a consumer in the EU is: `address`, `card`, `bank_account`, `confirmation`'),
    relatedProForma: z
      .object({ id: idSchema('pfm'), number: z.string() })
      .nullable()
      .describe('The pro forma with the other products of the order, when the order was split'),
    explanation: z.array(z.string()).describe('The decision in English sentences'),
  })
  .meta({ id: 'VatDecision', description: 'How the VAT of a document was decided' });

export const getVatDecision = query({
  subject: 'rpc.billing.document.get_vat_decision.v1',
  http: { method: 'GET', path: '/v1/organizations/:organizationId/documents/:documentId/vat-decision' },
  access: 'document:read',
  // DOC-7
  summary: 'Explain the VAT of a document: territory, kind of buyer, registration, rates, check of the VAT number',
  input: z.object({ organizationId, documentId: DocumentId }),
  output: VatDecision,
  errors: { DOCUMENT_NOT_FOUND: { status: 404, title: 'There is no such document' } },
  example: {
    input: ids,
    output: {
      territory: 'FR',
      territoryName: null,
      buyerKind: 'consumer',
      reason: 'registration',
      category: 'S',
      rateMethod: 'tax_point',
      taxPoint: '2026-01-31',
      rates: [{ rate: '20', firstDay: '2014-01-01' }],
      rateSource: 'European Commission: Taxes in Europe Database (TEDB)',
      ratesAsOf: '2026-02-02',
      registration: { scope: 'OSS', number: 'EU372000001' },
      numberCheck: null,
      evidence: [
        { kind: 'address', country: 'FR' },
        { kind: 'card', country: 'FR' },
      ],
      relatedProForma: null,
      explanation: [
        'The billing address is in the VAT territory FR.',
        'The buyer is a consumer.',
        'The seller charges the VAT of FR under its registration OSS (EU372000001).',
        'The rate is that of the tax point, 2026-01-31: 20 % (since 2014-01-01).',
        'Evidence of the place: address FR, card FR.',
      ],
    },
  },
});
