import { isDeepStrictEqual } from 'node:util';
import { Country, TimeZone } from '@cordee/contracts/values';
import { bankCalendars } from '@cordee/calendar/bank-holidays';
import { ServiceConfig, WorkerThreads } from '@cordee/service/config';
import type { ProductionCheck } from '@cordee/service/production-values';
import * as z from 'zod';
import { parseVatNumber } from './addresses/vat-number.ts';
import { parseCashRounding } from './seller/cash-rounding.ts';
import { parseSellerAccounts, type SellerAccount } from './seller/seller-accounts.ts';
import { readSellerLogo } from './seller/seller-logo.ts';
import { parseVatRegistrations } from './vat/vat-registration.ts';

// The defaults are the seller of demonstrations, with published sample accounts. A real seller may have the same
// address as the sample, but never the same name, VAT number or accounts.
const mustBeSet = { productionCheck: 'set' satisfies ProductionCheck };
const ownValue = { productionCheck: 'own_value' satisfies ProductionCheck };

const SAMPLE_ACCOUNT = 'CHF:CH9300762011623852957:qr=CH4431999123000889012:report=054';
const [sampleAccount] = parseSellerAccounts(SAMPLE_ACCOUNT) as SellerAccount[];

/** The countries of the Swiss VAT territory: a seller elsewhere has other rules. */
const sellerCountries = ['CH', 'LI'];

const VatNumber = z.string().transform((text, context) => {
  try {
    return parseVatNumber(text);
  } catch {
    context.addIssue({ code: 'custom', message: 'is not a Swiss or European VAT number' });
    return z.NEVER;
  }
});

export const BillingConfig = ServiceConfig.extend({
  WORKER_THREADS: WorkerThreads,
  SELLER_NAME: z.string().max(70).default('Alpenhost SA').describe('Name of the seller on documents').meta(ownValue),
  SELLER_STREET: z.string().max(70).default('Rue de la Gare').describe('Street of the seller').meta(mustBeSet),
  SELLER_BUILDING_NUMBER: z.string().max(16).optional().describe('Building number of the seller, if it has one'),
  SELLER_POSTAL_CODE: z.string().max(16).default('1204').describe('Postal code of the seller').meta(mustBeSet),
  SELLER_TOWN: z.string().max(35).default('Genève').describe('Town of the seller').meta(mustBeSet),
  SELLER_COUNTRY: Country.refine(
    (country) => sellerCountries.includes(country),
    `must be a country of the Swiss VAT territory: ${sellerCountries.join(', ')}`,
  )
    .default('CH')
    .describe('Country of the seller (ISO 3166-1 alpha-2): CH or LI')
    .meta(mustBeSet),
  SELLER_VAT_NUMBER: VatNumber.default('CHE-123.456.788 MWST')
    .describe('VAT number of the seller on documents')
    .meta(ownValue),
  SELLER_VAT_REGISTRATIONS: z
    .string()
    .default('')
    .transform((text, context) => {
      const registrations = parseVatRegistrations(text);
      if (typeof registrations !== 'string') return registrations;
      context.addIssue({ code: 'custom', message: registrations });
      return z.NEVER;
    })
    .describe(
      'Registrations of the seller for VAT outside of Switzerland, separated by commas. OSS:EU372000001 is for ' +
        'consumers in the EU, FR:FR40303265045, GB:GB123456789 or NO:2012345 for consumers in one country. ' +
        'US:none declares that the seller owes no VAT there, OTHER:none the same for all territories whose VAT ' +
        'rates are not known. Orders of consumers elsewhere are refused',
    ),
  SELLER_EMAIL: z.email().max(100).optional().describe('Mail address of the seller on documents'),
  SELLER_PHONE: z.string().max(30).optional().describe('Telephone number of the seller on documents'),
  SELLER_WEBSITE: z.string().max(100).optional().describe('Website of the seller on documents'),
  SELLER_LOGO: z
    .string()
    .transform((file, context) => {
      const logo = readSellerLogo(file);
      if (typeof logo !== 'string') return logo;
      context.addIssue({ code: 'custom', message: logo });
      return z.NEVER;
    })
    .optional()
    .describe(
      'Path of the logo in the head of PDF documents: PNG or JPEG (grey or RGB) of at most 256 KiB and 500,000 pixels',
    ),
  SELLER_ACCOUNTS: z
    .string()
    .default(SAMPLE_ACCOUNT)
    .transform((text, context) => {
      const accounts = parseSellerAccounts(text);
      if (typeof accounts !== 'string') return accounts;
      context.addIssue({ code: 'custom', message: accounts });
      return z.NEVER;
    })
    .describe(
      'Bank accounts of the seller, separated by commas: currency:IBAN, and after colons qr=QR-IBAN for payments ' +
        'with a QR reference, bic=BIC for EPC QR codes in EUR, report=054 or 053. The report moves the money of ' +
        'customers: 054, the default, where the bank sends camt.054 for the account, else 053; the other only proves ' +
        'the totals. Each account takes the payments in its currency. The first account also takes the currencies ' +
        'without an account; it needs a QR-IBAN',
    )
    .meta(ownValue),
  CASH_ROUNDING: z
    .string()
    .default('')
    .transform((text, context) => {
      const cashRounding = parseCashRounding(text);
      if (typeof cashRounding !== 'string') return cashRounding;
      context.addIssue({ code: 'custom', message: cashRounding });
      return z.NEVER;
    })
    .describe(
      'Rounding of the totals of new documents, separated by commas: currency:minor units. CHF:5 rounds francs to ' +
        '0.05. The difference is a line without VAT. Without an entry, totals of a currency are not rounded',
    ),
  SELLER_ZONE: TimeZone.default('Europe/Zurich').describe(
    'Time zone of the seller, which decides the local date and when a day starts and ends',
  ),
  SELLER_BANK_CALENDAR: z
    .enum(bankCalendars)
    .default('CH-GE')
    .describe('Calendar of bank holidays; due dates move to the next bank day'),
  PRO_FORMA_DAYS: z.coerce.number().int().min(1).default(30).describe('Days until a pro forma expires'),
  INVOICE_DUE_DAYS: z.coerce.number().int().min(1).default(30).describe('Days until an invoice is due'),
  VAT_REGISTRY: z
    .enum(['official', 'simulator'])
    .optional()
    .describe(
      'Registry that checks VAT numbers: official asks VIES and the Swiss UID register; simulator replaces them in ' +
        'demonstrations and tests, where it is the default',
    ),
  VAT_REGISTRY_TIMEOUT_MS: z.coerce
    .number()
    .int()
    .min(100)
    .max(10_000)
    .default(3_000)
    .describe('How long an answer of the registry of VAT numbers is awaited; later, a job asks again'),
  VIES_URL: z
    .url({ protocol: /^https?$/ })
    .default('https://ec.europa.eu/taxation_customs/vies/rest-api')
    .describe('REST service of VIES, the registry of VAT numbers of the EU'),
  UID_REGISTER_URL: z
    .url({ protocol: /^https?$/ })
    .default('https://www.uid-wse.admin.ch/V5.0/PublicServices.svc')
    .describe('SOAP service of the Swiss UID register'),
  CARD_PROVIDER: z
    .enum(['none', 'simulator'])
    .optional()
    .describe('Payment provider for cards; in demonstrations and tests, the default is simulator'),
}).superRefine((config, context) => {
  if (config.CORDEE_MODE !== 'production') return;
  const { iban, qrIban } = sampleAccount!;
  const hasSample = config.SELLER_ACCOUNTS.some((account) => account.iban === iban || account.qrIban === qrIban);
  // `productionCheck` already reports the unchanged default.
  if (hasSample && !isDeepStrictEqual(config.SELLER_ACCOUNTS, [sampleAccount]))
    context.addIssue({
      code: 'custom',
      path: ['SELLER_ACCOUNTS'],
      message: 'contains the account of the demonstration',
    });
  if (config.VAT_REGISTRY === 'simulator')
    context.addIssue({
      code: 'custom',
      path: ['VAT_REGISTRY'],
      message: 'must not be simulator: production asks the official registries',
    });
  if (config.CARD_PROVIDER === 'simulator')
    context.addIssue({
      code: 'custom',
      path: ['CARD_PROVIDER'],
      message: 'must not be simulator: production does not accept simulated money',
    });
});
export type BillingConfig = z.output<typeof BillingConfig>;

export const environment = process.env;
