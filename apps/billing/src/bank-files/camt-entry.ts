import type { FieldError } from '@cordee/contracts/domain-error';
import { isCurrency, sumMoney, type Money } from '@cordee/money/money';
import type {
  BankEntry,
  BankFileRemark,
  BankTransaction,
  Direction,
  TransactionReferences,
  UnprocessableEntry,
  UnprocessableReason,
} from './bank-file.ts';
import {
  addError,
  readAmountField,
  readDate,
  readDirection,
  netOf,
  parseAmount,
  readStatus,
  type AmountField,
} from './camt-fields.ts';
import { readBankReference } from './bank-reference.ts';
import { findReferences, parseReference } from '../payments/payment-reference.ts';
import { child, childrenOf, descend, pointerOf, textAt, type XmlElement } from './xml-reader.ts';

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
  const structuredReference = givenReferences.map(parseReference).find((each) => each !== undefined);
  const [reference, ...otherReferences] = structuredReference
    ? [structuredReference]
    : findReferences(`${givenReferences.join('\n')}\n${remittanceText}`);
  return {
    references: referencesOf(child(element, 'Refs')),
    amount,
    direction,
    charges: chargesOf(element),
    instructedAmount: amountOf(descend(element, 'AmtDtls', 'InstdAmt', 'Amt')),
    creditorReference: reference?.value,
    otherReferences: otherReferences.map(({ value }) => value),
    uncheckedReference: givenReferences[0],
    remittanceText,
    // From version 8 on, the name is inside `Pty`. Without a debtor, the ultimate debtor is the payer.
    debtorName:
      textAt(parties, 'Dbtr', 'Pty', 'Nm') ??
      textAt(parties, 'Dbtr', 'Nm') ??
      textAt(parties, 'UltmtDbtr', 'Pty', 'Nm'),
    debtorIban: textAt(parties, 'DbtrAcct', 'Id', 'IBAN')?.replaceAll(/\s/g, '').toUpperCase(),
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

/** The result of `readEntry`; undefined when the structure of the entry is wrong, which the list of errors explains. */
export type EntryAsRead =
  | { entry: BankEntry; remark?: BankFileRemark }
  | { unprocessable: UnprocessableEntry }
  | undefined;

/** Reads `Ntry`. `transactionsAsRead` are the results of {@link readTransaction} for the transactions of the entry. */
export function readEntry(
  errors: FieldError[],
  element: XmlElement,
  transactionsAsRead: readonly TransactionAsRead[],
): EntryAsRead {
  const errorsBefore = errors.length;
  const amount = readAmountField(errors, element);
  const direction = readDirection(errors, element);
  const status = readStatus(errors, element);
  const bookingDate = readDate(errors, element, 'BookgDt');
  const valueDate = readDate(errors, element, 'ValDt');
  const batches = childrenOf(element, 'NtryDtls').flatMap((details) => childrenOf(details, 'Btch'));
  const announcedBatches = batches.flatMap((batch) => {
    const count = textAt(batch, 'NbOfTxs');
    if (count !== undefined && !/^\d{1,15}$/.test(count))
      addError(errors, child(batch, 'NbOfTxs')!, 'COUNT_INVALID', `"${count.slice(0, 40)}" is not a number`);
    return {
      batch,
      count: count === undefined ? undefined : Number(count),
      total: child(batch, 'TtlAmt') && readAmountField(errors, batch, 'TtlAmt'),
    };
  });
  if (!amount || !direction || !status || errors.length > errorsBefore) return undefined;

  const text = [textAt(element, 'AddtlNtryInf'), ...transactionsAsRead.map((each) => each.remittanceText)]
    .filter((each) => each)
    .join('\n');
  const commonFields = {
    pointer: pointerOf(element),
    reference: readBankReference(textAt(element, 'AcctSvcrRef')),
    direction,
    isReversal: textAt(element, 'RvslInd') === 'true' || textAt(element, 'RvslInd') === '1',
    status,
  };
  const asUnprocessable = (reason: UnprocessableReason, detail: string): EntryAsRead => ({
    unprocessable: {
      ...commonFields,
      reason,
      detail,
      amountText: amount.text,
      currencyText: amount.currency,
      amount: amount.money,
      bookingDate,
      valueDate,
      text,
    },
  });
  const entryAmount = amount.money;
  const valueOrBookingDate = valueDate ?? bookingDate;
  if (!entryAmount) return entryWithUnreadableAmount(amount, asUnprocessable);
  // A debit of zero needs no decision by the staff: outgoing payments are ignored.
  if (entryAmount.amount === 0 && direction === 'credit') return asUnprocessable('amount_zero', 'the amount is zero');
  if (!valueOrBookingDate)
    return asUnprocessable('date_missing', 'the entry has neither a booking date nor a value date');

  const innerAmounts = [
    ...transactionsAsRead.map((each) => each.amount),
    ...announcedBatches.map(({ total }) => total),
  ].filter((each) => each !== undefined);
  const foreignAmount = innerAmounts.find((each) => each.currency !== entryAmount.currency);
  if (foreignAmount)
    return asUnprocessable(
      'currency_differs',
      `the entry is in ${entryAmount.currency}, an amount inside the entry is in ${foreignAmount.currency}`,
    );
  const unreadableAmount = innerAmounts.find((each) => each.money === undefined);
  if (unreadableAmount) return entryWithUnreadableAmount(unreadableAmount, asUnprocessable);
  // Several transactions may have different directions, because their signed sum is compared with the entry.
  if (
    transactionsAsRead.some(
      (each) => each.direction !== undefined && each.direction !== direction && transactionsAsRead.length === 1,
    )
  ) {
    return asUnprocessable('direction_differs', 'the entry and its only transaction have opposite directions');
  }

  // With several batches, it is unknown which transaction belongs to which batch, so the checks are skipped.
  for (const { batch, count, total } of announcedBatches) {
    if (
      count !== undefined &&
      announcedBatches.length === 1 &&
      transactionsAsRead.length > 0 &&
      count !== transactionsAsRead.length
    ) {
      addError(
        errors,
        child(batch, 'NbOfTxs')!,
        'COUNT_MISMATCH',
        `the batch announces ${count} transactions, the entry contains ${transactionsAsRead.length}`,
      );
    }
    if (total?.money && announcedBatches.length === 1 && total.money.amount !== entryAmount.amount) {
      addError(
        errors,
        child(batch, 'TtlAmt')!,
        'SUM_MISMATCH',
        `the total of the batch is ${total.text}, the amount of its entry is ${amount.text}`,
      );
    }
  }
  // A batch of one payment without details is an ordinary payment. An entry without a batch counts as one payment, too,
  // although the bank may send the details of several payments in the other report.
  const isBatchTotal =
    transactionsAsRead.length === 0 && announcedBatches.some(({ count }) => count === undefined || count > 1);
  if (transactionsAsRead.length > 1 && transactionsAsRead.some((each) => each.amount === undefined)) {
    return asUnprocessable(
      'transaction_amount_missing',
      'the entry has several transactions, and at least one of them has no amount',
    );
  }
  const transactions = transactionsAsRead.map((transaction) => ({
    ...transaction,
    amount: transaction.amount?.money ?? entryAmount,
    direction: transaction.direction ?? direction,
  }));
  const onlyTransaction: BankTransaction = { ...transactionOfEntry(element, text), amount: entryAmount, direction };
  const entry: BankEntry = {
    ...commonFields,
    amount: entryAmount,
    bookingDate: bookingDate ?? valueOrBookingDate,
    valueDate: valueOrBookingDate,
    code: codeOf(child(element, 'BkTxCd')),
    isBatchTotal,
    charges: chargesOf(element),
    transactions: transactions.length > 0 || isBatchTotal ? transactions : [onlyTransaction],
  };
  const remark = checkTransactionSum(errors, element, entry);
  return errors.length > errorsBefore ? undefined : { entry, ...(remark && { remark }) };
}

/** Checks that the sum of the transactions differs from the amount of the entry by at most the stated charges. */
function checkTransactionSum(
  errors: FieldError[],
  element: XmlElement,
  { amount, direction, transactions, isBatchTotal }: BankEntry,
): BankFileRemark | undefined {
  if (isBatchTotal) return undefined;
  // Defined, because `readEntry` has refused amounts in another currency.
  const net = netOf(transactions, amount.currency)!;
  const signedSum = direction === 'credit' ? net.amount : -net.amount;
  const difference = Math.abs(signedSum - amount.amount);
  if (difference === 0) return undefined;
  const transactionCharges = sumMoney(
    transactions.flatMap((each) => (each.charges?.currency === amount.currency ? [each.charges] : [])),
    amount.currency,
  );
  const statedCharges = transactionCharges.amount + (chargesOf(element)?.amount ?? 0);
  if (difference <= statedCharges) {
    return {
      code: 'CHARGES_IN_ENTRY',
      pointer: pointerOf(element),
      detail: 'the entry and its transactions differ by the stated charges',
    };
  }
  return addError(
    errors,
    child(element, 'Amt')!,
    'SUM_MISMATCH',
    'the sum of the transactions differs from the amount of the entry',
  );
}

function entryWithUnreadableAmount(
  amount: AmountField,
  asUnprocessable: (reason: UnprocessableReason, detail: string) => EntryAsRead,
): EntryAsRead {
  return asUnprocessable(
    isCurrency(amount.currency) ? 'amount_too_precise' : 'currency_unknown',
    `${amount.text} ${amount.currency}`,
  );
}

/** Reads an entry without `TxDtls` as one payment. */
function transactionOfEntry(element: XmlElement, text: string): Omit<BankTransaction, 'amount' | 'direction'> {
  const [reference, ...otherReferences] = findReferences(text);
  return {
    references: {},
    charges: chargesOf(element),
    instructedAmount: amountOf(descend(element, 'AmtDtls', 'InstdAmt', 'Amt')),
    creditorReference: reference?.value,
    otherReferences: otherReferences.map(({ value }) => value),
    uncheckedReference: undefined,
    remittanceText: text,
    debtorName: undefined,
    debtorIban: undefined,
  };
}

/** Reads `BkTxCd`: the ISO code as `PMNT.RCDT.VCOM`, else the bank's own code. */
function codeOf(element: XmlElement | undefined): string | undefined {
  const domain = child(element, 'Domn');
  const parts = [textAt(domain, 'Cd'), textAt(domain, 'Fmly', 'Cd'), textAt(domain, 'Fmly', 'SubFmlyCd')];
  return parts[0] === undefined ? textAt(element, 'Prtry', 'Cd') : parts.map((part) => part ?? '').join('.');
}

/**
 * Reads the charges of an entry or transaction: the stated total, else the sum of the records. Unreadable amounts are
 * skipped.
 */
function chargesOf(element: XmlElement): Money | undefined {
  const charges = childrenOf(element, 'Chrgs');
  const totals = charges.flatMap((each) => childrenOf(each, 'TtlChrgsAndTaxAmt'));
  const records = charges.flatMap((each) => [
    ...childrenOf(each, 'Amt'),
    ...childrenOf(each, 'Rcrd').flatMap((record) => childrenOf(record, 'Amt')),
  ]);
  const amounts = (totals.length > 0 ? totals : records).flatMap(
    (each) => parseAmount(each.text.trim(), each.attributes['Ccy'] ?? '') ?? [],
  );
  const [first] = amounts;
  return first && amounts.every((each) => each.currency === first.currency)
    ? sumMoney(amounts, first.currency)
    : undefined;
}
