import type { FieldError } from '@cordee/contracts/domain-error';
import { sumMoney, type Money } from '@cordee/money/money';
import { findInvalidReference, findReferences, parseReference } from '../payments/payment-reference.ts';
import type { BankTransaction, Direction, TransactionReferences } from './bank-file.ts';
import { parseAmount, readAmountField, readDirection, type AmountField } from './camt-fields.ts';
import { readBankReference } from './bank-reference.ts';
import { child, childrenOf, descend, textAt, type XmlElement } from './xml-element.ts';

/** A transaction as written in the file. When it has no amount or direction, the entry supplies them. */
export interface TransactionAsRead extends Omit<BankTransaction, 'amount' | 'direction'> {
  readonly amount: AmountField | undefined;
  readonly direction: Direction | undefined;
}

/**
 * Reads `TxDtls`. From version 4 on, `Amt` contains the amount. In earlier versions, `AmtDtls` may contain the amount;
 * an entry with a single transaction needs no amount in the transaction.
 */
export function readTransaction(errors: FieldError[], element: XmlElement): TransactionAsRead {
  const details = child(child(element, 'AmtDtls'), 'TxAmt');
  const amount = child(element, 'Amt') ? readAmountField(errors, element) : details && readAmountField(errors, details);
  const direction = child(element, 'CdtDbtInd') && readDirection(errors, element);
  const remittance = child(element, 'RmtInf');
  const structuredElements = childrenOf(remittance, 'Strd');
  const givenReferences = structuredElements.flatMap((each) => textAt(each, 'CdtrRefInf', 'Ref') ?? []);
  const remittanceText = [
    ...childrenOf(remittance, 'Ustrd'),
    ...structuredElements.flatMap((each) => childrenOf(each, 'AddtlRmtInf')),
  ]
    .map((each) => each.text.trim())
    .concat(textAt(element, 'AddtlTxInf') ?? [])
    .filter((each) => each !== '')
    .join('\n');
  const parties = child(element, 'RltdPties');
  const structuredReferences = givenReferences.flatMap((each) => parseReference(each) ?? []);
  // A payer may give references of other systems beside the reference of a document.
  const [reference, ...otherReferences] =
    structuredReferences.length > 0
      ? [...structuredReferences, ...findReferences(remittanceText)]
      : findReferences(`${givenReferences.join('\n')}\n${remittanceText}`);
  return {
    references: referencesOf(child(element, 'Refs')),
    amount,
    direction,
    charges: chargesOf(element),
    instructedAmount: amountOf(descend(element, 'AmtDtls', 'InstdAmt', 'Amt')),
    creditorReference: reference?.value,
    otherReferences: otherReferences.map(({ value }) => value),
    uncheckedReference: givenReferences[0] ?? (reference ? undefined : findInvalidReference(remittanceText)),
    remittanceText,
    // From version 8 on, the name is inside `Pty`. Without a debtor, the ultimate debtor is the payer.
    debtorName:
      textAt(parties, 'Dbtr', 'Pty', 'Nm') ??
      textAt(parties, 'Dbtr', 'Nm') ??
      textAt(parties, 'UltmtDbtr', 'Pty', 'Nm'),
    debtorIban: textAt(parties, 'DbtrAcct', 'Id', 'IBAN')?.replaceAll(/\s/g, '').toUpperCase(),
    ...(child(element, 'RtrInf') && { isReturn: true as const }),
  };
}

const referenceElements = {
  servicer: 'AcctSvcrRef',
  endToEnd: 'EndToEndId',
  transaction: 'TxId',
  instruction: 'InstrId',
  uetr: 'UETR',
  clearingSystem: 'ClrSysRef',
} as const satisfies Record<keyof TransactionReferences, string>;

/** Reads `Refs`, without placeholders. */
function referencesOf(element: XmlElement | undefined): TransactionReferences {
  const references: { -readonly [Name in keyof TransactionReferences]: string } = {};
  for (const name of Object.keys(referenceElements) as (keyof TransactionReferences)[]) {
    const reference = readBankReference(textAt(element, referenceElements[name]));
    if (reference !== undefined) references[name] = reference;
  }
  return references;
}

/** Reads an amount for information; undefined when the element is missing or unreadable. */
const amountOf = (element: XmlElement | undefined): Money | undefined =>
  element && parseAmount(element.text.trim(), element.attributes['Ccy'] ?? '');

/** Reads an entry without `TxDtls` as one payment. */
export function transactionOfEntry(element: XmlElement, text: string): Omit<BankTransaction, 'amount' | 'direction'> {
  const [reference, ...otherReferences] = findReferences(text);
  return {
    references: {},
    charges: chargesOf(element),
    instructedAmount: amountOf(descend(element, 'AmtDtls', 'InstdAmt', 'Amt')),
    creditorReference: reference?.value,
    otherReferences: otherReferences.map(({ value }) => value),
    uncheckedReference: reference ? undefined : findInvalidReference(text),
    remittanceText: text,
    debtorName: undefined,
    debtorIban: undefined,
  };
}

/**
 * Reads the charges of an entry or transaction: the stated sum, else the sum of the records. Unreadable amounts are
 * skipped.
 */
export function chargesOf(element: XmlElement): Money | undefined {
  const charges = childrenOf(element, 'Chrgs');
  const statedSums = charges.flatMap((each) => childrenOf(each, 'TtlChrgsAndTaxAmt'));
  const records = charges.flatMap((each) => [
    ...childrenOf(each, 'Amt'),
    ...childrenOf(each, 'Rcrd').flatMap((record) => childrenOf(record, 'Amt')),
  ]);
  const amounts = (statedSums.length > 0 ? statedSums : records).flatMap(
    (each) => parseAmount(each.text.trim(), each.attributes['Ccy'] ?? '') ?? [],
  );
  const [first] = amounts;
  return first && amounts.every((each) => each.currency === first.currency)
    ? sumMoney(amounts, first.currency)
    : undefined;
}
