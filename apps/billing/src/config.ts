import { TimeZone } from '@cordee/contracts/values';
import { bankCalendars } from '@cordee/calendar/bank-holidays';
import { ServiceConfig, WorkerThreads } from '@cordee/service/config';
import { isQRIBAN, isValidIBAN } from 'ibantools';
import * as z from 'zod';

/** The seller of demonstrations, with published sample accounts. Production refuses these values. */
const demonstration = {
  SELLER_NAME: 'Alpenhost SA',
  SELLER_STREET: 'Rue de la Gare',
  SELLER_BUILDING_NUMBER: '12',
  SELLER_POSTAL_CODE: '1204',
  SELLER_TOWN: 'Genève',
  SELLER_VAT_NUMBER: 'CHE-123.456.788 MWST',
  SELLER_IBAN: 'CH9300762011623852957',
  SELLER_QR_IBAN: 'CH4431999123000889012',
} as const;

const Iban = z
  .string()
  .transform((text) => text.replaceAll(/\s/g, '').toUpperCase())
  .refine((iban) => isValidIBAN(iban), 'is not an IBAN');

export const BillingConfig = ServiceConfig.extend({
  WORKER_THREADS: WorkerThreads,
  SELLER_NAME: z.string().max(70).default(demonstration.SELLER_NAME).describe('Name of the seller on documents'),
  SELLER_STREET: z.string().max(70).default(demonstration.SELLER_STREET).describe('Street of the seller'),
  SELLER_BUILDING_NUMBER: z
    .string()
    .max(16)
    .default(demonstration.SELLER_BUILDING_NUMBER)
    .describe('Building number of the seller'),
  SELLER_POSTAL_CODE: z
    .string()
    .max(16)
    .default(demonstration.SELLER_POSTAL_CODE)
    .describe('Postal code of the seller'),
  SELLER_TOWN: z.string().max(35).default(demonstration.SELLER_TOWN).describe('Town of the seller'),
  SELLER_COUNTRY: z
    .string()
    .regex(/^[A-Z]{2}$/)
    .default('CH')
    .describe('Country of the seller (ISO 3166-1 alpha-2); its VAT rates apply'),
  SELLER_VAT_NUMBER: z
    .string()
    .default(demonstration.SELLER_VAT_NUMBER)
    .describe('VAT number of the seller on documents'),
  SELLER_IBAN: Iban.default(demonstration.SELLER_IBAN).describe('Account for payments with a creditor reference'),
  SELLER_QR_IBAN: Iban.refine((iban) => isQRIBAN(iban), 'is not a QR-IBAN')
    .default(demonstration.SELLER_QR_IBAN)
    .describe('Account for payments with a QR reference'),
  SELLER_ZONE: TimeZone.default('Europe/Zurich').describe(
    'Time zone of the seller, which decides the local date and when a day starts and ends',
  ),
  SELLER_BANK_CALENDAR: z
    .enum(bankCalendars)
    .default('CH-GE')
    .describe('Calendar of bank holidays; due dates move to the next bank day'),
  PRO_FORMA_DAYS: z.coerce.number().int().min(1).default(30).describe('Days until a pro forma expires'),
  INVOICE_DUE_DAYS: z.coerce.number().int().min(1).default(30).describe('Days until an invoice is due'),
}).superRefine((config, context) => {
  if (config.CORDEE_MODE !== 'production') return;
  for (const [name, sample] of Object.entries(demonstration)) {
    // A real seller may have the same address as the sample, but never the same name, VAT number or accounts.
    const isUnique = name === 'SELLER_NAME' || name === 'SELLER_VAT_NUMBER' || name.endsWith('IBAN');
    if (isUnique && config[name as keyof typeof demonstration] === sample)
      context.addIssue({
        code: 'custom',
        path: [name],
        message: 'is missing: production does not accept the seller of the demonstration',
      });
  }
});
export type BillingConfig = z.output<typeof BillingConfig>;

export const environment = process.env;
