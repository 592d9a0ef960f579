import { decimalText, sumMoney, type Money } from '@cordee/money/money';

/** A payment in a generated notification. */
export interface CamtPayment {
  readonly amount: Money;
  /** `YYYY-MM-DD`; the booking date is the same. */
  readonly valueDate: string;
  /** The QRR or SCOR reference of the payment. */
  readonly reference?: string;
  /** Free text of the payer. */
  readonly text?: string;
  readonly debtorName?: string;
  readonly debtorIban?: string;
  /** The bank's reference of the transaction. */
  readonly servicerReference?: string;
  /** The bank's reference of the entry. */
  readonly entryReference?: string;
  readonly isReversal?: boolean;
  /** The reference of the payer; `NOTPROVIDED` by default. */
  readonly endToEndId?: string;
  /** Charges that a bank deducted. */
  readonly charges?: Money;
  /** The amount that the payer instructed. */
  readonly instructedAmount?: Money;
}

/** The content of a generated notification. */
export interface Camt054 {
  readonly messageId: string;
  /** RFC 3339. */
  readonly createdAt: string;
  /** The credited IBAN. */
  readonly account: string;
  readonly payments: readonly CamtPayment[];
  /** True for one batch entry per currency; false for one entry per payment. */
  readonly isBatch?: boolean;
}

/** Generates a credit notification (camt.054.001.08, Swiss practice) for demonstrations and tests. */
export function buildCamt054({ messageId, createdAt, account, payments, isBatch = false }: Camt054): string {
  const currencies = [...new Set(payments.map(({ amount }) => amount.currency))];
  const notifications = currencies.map((currency, index) => {
    const paymentsInCurrency = payments.filter(({ amount }) => amount.currency === currency);
    const entries = isBatch ? [entryXml(paymentsInCurrency)] : paymentsInCurrency.map((payment) => entryXml([payment]));
    return element('Ntfctn', [
      element('Id', escape(`${messageId}-${index + 1}`)),
      element('CreDtTm', escape(createdAt)),
      element('Acct', [element('Id', element('IBAN', escape(account))), element('Ccy', currency)]),
      ...entries,
    ]);
  });
  const header = element('GrpHdr', [element('MsgId', escape(messageId)), element('CreDtTm', escape(createdAt))]);
  const namespace = 'urn:iso:std:iso:20022:tech:xsd:camt.054.001.08';
  const message = element('BkToCstmrDbtCdtNtfctn', [header, ...notifications]);
  return `<?xml version="1.0" encoding="UTF-8"?>\n<Document xmlns="${namespace}">${message}</Document>\n`;
}

function entryXml(payments: readonly CamtPayment[]): string {
  const first = payments[0]!;
  const { currency } = first.amount;
  const total = sumMoney(
    payments.map(({ amount }) => amount),
    currency,
  );
  return element('Ntry', [
    amountXml(total),
    element('CdtDbtInd', first.isReversal ? 'DBIT' : 'CRDT'),
    element('RvslInd', String(first.isReversal ?? false)),
    element('Sts', element('Cd', 'BOOK')),
    element('BookgDt', element('Dt', first.valueDate)),
    element('ValDt', element('Dt', first.valueDate)),
    optionalElement('AcctSvcrRef', first.entryReference),
    element('NtryDtls', [
      payments.length > 1 ? element('Btch', element('NbOfTxs', String(payments.length))) : '',
      ...payments.map(transactionXml),
    ]),
  ]);
}

function transactionXml(payment: CamtPayment): string {
  // A creditor reference of ISO 11649 (SCOR) starts with RF.
  const form = payment.reference?.startsWith('RF') ? element('Cd', 'SCOR') : element('Prtry', 'QRR');
  const reference =
    payment.reference &&
    element('CdtrRefInf', [element('Tp', element('CdOrPrtry', form)), element('Ref', escape(payment.reference))]);
  const remittance = [optionalElement('Ustrd', payment.text), reference ? element('Strd', reference) : ''].join('');
  const parties = [
    payment.debtorName ? element('Dbtr', element('Pty', element('Nm', escape(payment.debtorName)))) : '',
    payment.debtorIban ? element('DbtrAcct', element('Id', element('IBAN', escape(payment.debtorIban)))) : '',
  ].join('');
  return element('TxDtls', [
    element('Refs', [
      optionalElement('AcctSvcrRef', payment.servicerReference),
      element('EndToEndId', escape(payment.endToEndId ?? 'NOTPROVIDED')),
    ]),
    amountXml(payment.amount),
    element('CdtDbtInd', payment.isReversal ? 'DBIT' : 'CRDT'),
    payment.instructedAmount ? element('AmtDtls', element('InstdAmt', amountXml(payment.instructedAmount))) : '',
    payment.charges ? element('Chrgs', element('Rcrd', amountXml(payment.charges))) : '',
    parties ? element('RltdPties', parties) : '',
    remittance ? element('RmtInf', remittance) : '',
  ]);
}

function amountXml(amount: Money): string {
  return `<Amt Ccy="${amount.currency}">${decimalText(amount)}</Amt>`;
}

function optionalElement(name: string, text: string | undefined): string {
  return text === undefined ? '' : element(name, escape(text));
}

function element(name: string, content: string | readonly string[]): string {
  return `<${name}>${typeof content === 'string' ? content : content.join('')}</${name}>`;
}

function escape(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
