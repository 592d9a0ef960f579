import { decimalsOf, decimalText, money, sumMoney } from '@cordee/money/money';
import { leaf } from '../xml/xml.ts';

/** A payment of a payment file. */
export interface CreditTransfer {
  /** The end-to-end id: at most 35 characters, letters and digits. */
  readonly endToEndId: string;
  /** In minor units. */
  readonly amount: number;
  /** ISO 4217. */
  readonly currency: string;
  /** The account of the seller, without spaces. */
  readonly debitedIban: string;
  readonly creditorName: string;
  /** Without spaces. */
  readonly creditorIban: string;
  /** The text on the statement of the creditor. */
  readonly text: string;
}

interface PaymentFile {
  /** At most 35 characters. */
  readonly messageId: string;
  readonly createdAt: Date;
  /** The day on which the bank executes the payments, `YYYY-MM-DD`. */
  readonly executeOn: string;
  readonly sellerName: string;
  readonly payments: readonly CreditTransfer[];
}

/**
 * Writes a payment file as ISO 20022 pain.001.001.09, as the Swiss Payment Standards 2022 and the SEPA Credit Transfer
 * rules require: one payment information block per account of the seller and currency.
 */
export function writePainFile({ messageId, createdAt, executeOn, sellerName, payments }: PaymentFile): string {
  const blocks = Map.groupBy(payments, ({ debitedIban, currency }) => `${currency} ${debitedIban}`);
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    '<Document xmlns="urn:iso:std:iso:20022:tech:xsd:pain.001.001.09">',
    '<CstmrCdtTrfInitn>',
    '<GrpHdr>',
    leaf('MsgId', messageId),
    leaf('CreDtTm', createdAt.toISOString()),
    leaf('NbOfTxs', String(payments.length)),
    leaf('CtrlSum', controlSum(payments)),
    `<InitgPty>${leaf('Nm', nameText(sellerName))}</InitgPty>`,
    '</GrpHdr>',
    ...[...blocks.keys()]
      .sort()
      .map((key, index) =>
        paymentBlock(`${messageId}-${index + 1}`.slice(-MAX_ID_LENGTH), blocks.get(key)!, { executeOn, sellerName }),
      ),
    '</CstmrCdtTrfInitn>',
    '</Document>',
    '',
  ].join('\n');
}

const MAX_ID_LENGTH = 35;
const MAX_NAME_LENGTH = 70;
const MAX_TEXT_LENGTH = 140;
/** The decimals of the currency with the most decimals. */
const MAX_DECIMALS = 3;

/** Returns the sum of all amounts regardless of their currencies, as the standard defines it. */
function controlSum(payments: readonly CreditTransfer[]): string {
  const sum = payments.reduce(
    (total, { amount, currency }) => total + BigInt(amount) * 10n ** BigInt(MAX_DECIMALS - decimalsOf(currency)),
    0n,
  );
  const digits = String(sum).padStart(MAX_DECIMALS + 1, '0');
  return `${digits.slice(0, -MAX_DECIMALS)}.${digits.slice(-MAX_DECIMALS)}`;
}

function paymentBlock(
  id: string,
  payments: readonly CreditTransfer[],
  { executeOn, sellerName }: Pick<PaymentFile, 'executeOn' | 'sellerName'>,
): string {
  const { currency, debitedIban } = payments[0]!;
  const sum = sumMoney(
    payments.map(({ amount }) => money(amount, currency)),
    currency,
  );
  return [
    '<PmtInf>',
    leaf('PmtInfId', id),
    leaf('PmtMtd', 'TRF'),
    leaf('BtchBookg', 'false'),
    leaf('NbOfTxs', String(payments.length)),
    leaf('CtrlSum', decimalText(sum)),
    `<ReqdExctnDt>${leaf('Dt', executeOn)}</ReqdExctnDt>`,
    `<Dbtr>${leaf('Nm', nameText(sellerName))}</Dbtr>`,
    `<DbtrAcct><Id>${leaf('IBAN', debitedIban)}</Id></DbtrAcct>`,
    `<DbtrAgt><FinInstnId>${bankOf(debitedIban)}</FinInstnId></DbtrAgt>`,
    ...payments.map((payment) =>
      [
        '<CdtTrfTxInf>',
        `<PmtId>${leaf('InstrId', payment.endToEndId)}${leaf('EndToEndId', payment.endToEndId)}</PmtId>`,
        `<Amt><InstdAmt Ccy="${currency}">${amountOf(payment)}</InstdAmt></Amt>`,
        `<Cdtr>${leaf('Nm', nameText(payment.creditorName))}</Cdtr>`,
        `<CdtrAcct><Id>${leaf('IBAN', payment.creditorIban)}</Id></CdtrAcct>`,
        `<RmtInf>${leaf('Ustrd', bankText(payment.text).slice(0, MAX_TEXT_LENGTH))}</RmtInf>`,
        '</CdtTrfTxInf>',
      ].join('\n'),
    ),
    '</PmtInf>',
  ].join('\n');
}

const amountOf = ({ amount, currency }: CreditTransfer): string => decimalText(money(amount, currency));

/** A Swiss IBAN contains the clearing number of the bank. For another IBAN, the file names no bank. */
function bankOf(iban: string): string {
  if (!/^(CH|LI)/.test(iban)) return `<Othr>${leaf('Id', 'NOTPROVIDED')}</Othr>`;
  const clearingNumber = String(Number(iban.slice(4, 9)));
  return `<ClrSysMmbId><ClrSysId>${leaf('Cd', 'CHBCC')}</ClrSysId>${leaf('MmbId', clearingNumber)}</ClrSysMmbId>`;
}

const nameText = (name: string): string => bankText(name).slice(0, MAX_NAME_LENGTH);

/**
 * Replaces characters that banks do not accept: letters outside Latin-1 lose their diacritics, other characters become
 * a full stop.
 */
const bankText = (value: string): string =>
  value
    .normalize('NFC')
    .replaceAll(/[^\u0020-\u007e\u00c0-\u00ff]/gu, (character) => character.normalize('NFD').replaceAll(/\p{M}/gu, ''))
    .replaceAll(/[^A-Za-z0-9/\-?:().,'+ \u00c0-\u00d6\u00d8-\u00f6\u00f8-\u00ff]/gu, '.')
    .trim() || '.';
