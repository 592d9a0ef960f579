import { describe, expect, it } from '@jest/globals';
import { readConfig } from '@cordee/service/config';
import { createSigningKey, verificationKeyOf } from '@cordee/service/token-keys';
import { BillingConfig } from './config.ts';

const IBAN = 'CH5604835012345678009';
const QR_IBAN = 'CH2130808001234567827';
const serviceEnvironment = {
  DATABASE_URL: 'postgres://a@b/c',
  PUBLIC_URL: 'https://portal.provider.ch',
  TOKEN_VERIFICATION_KEYS: JSON.stringify({ keys: [verificationKeyOf(createSigningKey())] }),
};
const productionEnvironment = {
  ...serviceEnvironment,
  SELLER_NAME: 'Provider AG',
  SELLER_STREET: 'Bahnhofstrasse',
  SELLER_POSTAL_CODE: '8001',
  SELLER_TOWN: 'Zürich',
  SELLER_COUNTRY: 'CH',
  SELLER_VAT_NUMBER: 'CHE-116.281.710 MWST',
  SELLER_ACCOUNTS: 'CHF:CH56 0483 5012 3456 7800 9:qr=CH21 3080 8001 2345 6782 7',
};

describe('the configuration of billing', () => {
  it('has a default seller for demonstrations; production requires each setting of the seller', () => {
    expect(readConfig(BillingConfig, { ...serviceEnvironment, CORDEE_MODE: 'demonstration' })).toMatchObject({
      SELLER_ACCOUNTS: [{ currency: 'CHF', iban: 'CH9300762011623852957', bankReport: '054' }],
      PRO_FORMA_DAYS: 30,
    });
    /** Returns the error of an invalid environment; an empty text when the environment is valid. */
    const errorFor = (environment: object): string => {
      try {
        readConfig(BillingConfig, { ...environment });
        return '';
      } catch (error) {
        return String(error);
      }
    };
    for (const name of Object.keys(productionEnvironment).filter((key) => key.startsWith('SELLER_'))) {
      expect(errorFor({ ...productionEnvironment, [name]: undefined })).toContain(`${name}: is missing`);
    }
    expect(readConfig(BillingConfig, productionEnvironment)).toMatchObject({
      SELLER_ACCOUNTS: [{ iban: 'CH5604835012345678009' }],
    });
  });

  it('reads the accounts of the seller', () => {
    const text = `CHF:${IBAN}:qr=${QR_IBAN}, EUR: DE89 3704 0044 0532 0130 00 :bic=COBADEFFXXX:report=053,USD:${IBAN}`;
    expect(readConfig(BillingConfig, { ...productionEnvironment, SELLER_ACCOUNTS: text }).SELLER_ACCOUNTS).toEqual([
      { currency: 'CHF', iban: IBAN, qrIban: QR_IBAN, bic: undefined, bankReport: '054' },
      { currency: 'EUR', iban: 'DE89370400440532013000', qrIban: null, bic: 'COBADEFFXXX', bankReport: '053' },
      { currency: 'USD', iban: IBAN, qrIban: null, bic: undefined, bankReport: '054' },
    ]);
  });

  it.each([
    [',', 'must contain an account'],
    [IBAN, `${IBAN} is not a currency`],
    ['XXX:CH5604835012345678009', 'XXX is not a currency'],
    ['CHF', 'the second field is not an IBAN'],
    ['CHF:CH5604835012345678008', 'CH5604835012345678008 is not an IBAN'],
    [`CHF:${QR_IBAN}`, `is a QR-IBAN: write the IBAN here and the QR-IBAN as qr=${QR_IBAN}`],
    [`CHF:${IBAN}`, 'the first account needs a QR-IBAN'],
    [`CHF:${IBAN}:qr=${IBAN}`, `${IBAN} is not a QR-IBAN`],
    [`CHF:${IBAN}:${QR_IBAN}`, `${QR_IBAN} is none of qr=, bic= and report=`],
    [`CHF:${IBAN}:qr=${QR_IBAN}:bic=X`, 'X is not a BIC'],
    [`CHF:${IBAN}:qr=${QR_IBAN}:report=052`, '052 is no report: it must be 054 or 053'],
    [`CHF:${IBAN}:qr=${QR_IBAN}:report=054:report=053`, 'report is given twice'],
    [`CHF:${IBAN}:qr=${QR_IBAN},CHF:DE89370400440532013000`, 'CHF has two accounts'],
    [`CHF:${IBAN}:qr=${QR_IBAN},EUR:${IBAN}:report=053`, `${IBAN} has two reports that count`],
    [`CHF:${IBAN}:qr=${QR_IBAN},EUR:DE89370400440532013000:qr=${QR_IBAN}`, `is the QR-IBAN of ${IBAN}`],
    [`CHF:${IBAN}:qr=${QR_IBAN},EUR:CH9300762011623852957`, 'contains the account of the demonstration'],
    ['CHF:CH9300762011623852957:qr=CH4431999123000889012', 'is the value of the demonstration'],
  ])('refuses the accounts %s: %s', (SELLER_ACCOUNTS, problem) => {
    expect(() => readConfig(BillingConfig, { ...productionEnvironment, SELLER_ACCOUNTS })).toThrow(problem);
  });

  it('reads the registrations of the seller for VAT', () => {
    const text = 'OSS: EU372000001, FR:FR40303265045,GR:EL123456789,GB:GB123456789,NO:2012345,US:none,OTHER:none';
    expect(
      readConfig(BillingConfig, { ...productionEnvironment, SELLER_VAT_REGISTRATIONS: text }).SELLER_VAT_REGISTRATIONS,
    ).toEqual([
      { scope: 'OSS', number: 'EU372000001' },
      { scope: 'FR', number: 'FR40303265045' },
      { scope: 'GR', number: 'EL123456789' },
      { scope: 'GB', number: 'GB123456789' },
      { scope: 'NO', number: '2012345' },
      { scope: 'US', number: null },
      { scope: 'OTHER', number: null },
    ]);
  });

  it('reads the cash rounding by currency', () => {
    const read = (environment: object) => readConfig(BillingConfig, { ...productionEnvironment, ...environment });
    expect(read({}).CASH_ROUNDING).toEqual(new Map());
    expect(read({ CASH_ROUNDING: 'CHF:5, JPY:10' }).CASH_ROUNDING).toEqual(
      new Map([
        ['CHF', 5],
        ['JPY', 10],
      ]),
    );
  });

  it.each([
    ['CHF', 'CHF: must be currency:minor units, for example CHF:5'],
    ['CHF:0.05', 'CHF:0.05: must be currency:minor units'],
    ['CHF:1', 'CHF:1: must be 2 to 1000 minor units'],
    ['CHF:1001', 'CHF:1001: must be 2 to 1000 minor units'],
    ['XXX:5', 'XXX is not a currency'],
    ['CHF:5,CHF:10', 'CHF is listed twice'],
  ])('refuses the cash rounding %s: %s', (CASH_ROUNDING, problem) => {
    expect(() => readConfig(BillingConfig, { ...productionEnvironment, CASH_ROUNDING })).toThrow(problem);
  });

  it.each([
    ['SELLER_COUNTRY', 'XX'],
    // A country without VAT rates.
    ['SELLER_COUNTRY', 'DE'],
    ['SELLER_VAT_NUMBER', 'foo'],
    // The VAT number of the demonstration in another form.
    ['SELLER_VAT_NUMBER', 'CHE123456788'],
    ['SELLER_VAT_REGISTRATIONS', 'OSS'],
    ['SELLER_VAT_REGISTRATIONS', 'OSS:DE372000001'],
    ['SELLER_VAT_REGISTRATIONS', 'OSS:EU372000001,OSS:EU372000002'],
    ['SELLER_VAT_REGISTRATIONS', 'FR:DE123456789'],
    ['SELLER_VAT_REGISTRATIONS', 'NO:123'],
    // Consumers in France have VAT; VAT rates of the United States are not known.
    ['SELLER_VAT_REGISTRATIONS', 'FR:none'],
    ['SELLER_VAT_REGISTRATIONS', 'US:123'],
    ['SELLER_VAT_REGISTRATIONS', 'CH:CHE123456788'],
    ['SELLER_LOGO', '/no-such-folder/logo.png'],
    ['SELLER_BANK_CALENDAR', 'CH-XX'],
    ['PRO_FORMA_DAYS', '0'],
    ['VAT_REGISTRY', 'simulator'],
    ['VIES_URL', 'ftp://vies'],
    ['CARD_PROVIDER', 'simulator'],
    ['CARD_PROVIDER', 'unknown'],
  ])('refuses %s with the value %s', (name, value) => {
    expect(() => readConfig(BillingConfig, { ...productionEnvironment, [name]: value })).toThrow(name);
  });
});
