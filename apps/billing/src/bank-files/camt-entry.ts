import type { FieldError } from '@cordee/contracts/domain-error';
import { isCurrency, sumMoney } from '@cordee/money/money';
import type {
  BankEntry,
  BankFileRemark,
  BankTransaction,
  UnprocessableEntry,
  UnprocessableReason,
} from './bank-file.ts';
import {
  addError,
  readAmountField,
  readDate,
  readDirection,
  netOf,
  readStatus,
  type AmountField,
} from './camt-fields.ts';
import { chargesOf, transactionOfEntry, type TransactionAsRead } from './camt-transaction.ts';
import { readBankReference } from './bank-reference.ts';
import { child, childrenOf, pointerOf, textAt, type XmlElement } from './xml-element.ts';

/** The result of `readEntry`; undefined when the structure of the entry is wrong, which the list of errors explains. */
type EntryAsRead = { entry: BankEntry; remark?: BankFileRemark } | { unprocessable: UnprocessableEntry } | undefined;

/** Reads `Ntry`. `transactionsAsRead` are the results of `readTransaction` for the transactions of the entry. */
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
  const batches = childrenOf(element, 'NtryDtls')
    .flatMap((details) => childrenOf(details, 'Btch'))
    .map((batch) => readBatch(errors, batch));
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
    ...batches.map(({ announcedAmount }) => announcedAmount),
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
  const [first, ...otherTransactions] = transactionsAsRead;
  if (first?.direction && first.direction !== direction && otherTransactions.length === 0)
    return asUnprocessable('direction_differs', 'the entry and its only transaction have opposite directions');

  // With several batches, it is unknown which transaction belongs to which batch, so the checks are skipped.
  if (batches.length === 1) checkBatch(errors, batches[0]!, amount, transactionsAsRead.length);
  // A batch of one payment without details is an ordinary payment. An entry without a batch counts as one payment, too,
  // although the bank may send the details of several payments in the other report.
  const isBatchWithoutDetails =
    transactionsAsRead.length === 0 && batches.some(({ count }) => count === undefined || count > 1);
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
  const entryAsTransaction: BankTransaction = { ...transactionOfEntry(element, text), amount: entryAmount, direction };
  const entry: BankEntry = {
    ...commonFields,
    amount: entryAmount,
    bookingDate: bookingDate ?? valueOrBookingDate,
    valueDate: valueOrBookingDate,
    code: codeOf(child(element, 'BkTxCd')),
    isBatchWithoutDetails,
    charges: chargesOf(element),
    transactions: transactions.length > 0 || isBatchWithoutDetails ? transactions : [entryAsTransaction],
  };
  const remark = checkTransactionSum(errors, element, entry);
  return errors.length > errorsBefore ? undefined : { entry, ...(remark && { remark }) };
}

/** A batch (`Btch`) as the file announces it. */
interface Batch {
  readonly element: XmlElement;
  readonly count: number | undefined;
  readonly announcedAmount: AmountField | undefined;
}

function readBatch(errors: FieldError[], element: XmlElement): Batch {
  const count = textAt(element, 'NbOfTxs');
  if (count !== undefined && !/^\d{1,15}$/.test(count))
    addError(errors, child(element, 'NbOfTxs')!, 'COUNT_INVALID', `"${count.slice(0, 40)}" is not a number`);
  return {
    element,
    count: count === undefined ? undefined : Number(count),
    announcedAmount: child(element, 'TtlAmt') && readAmountField(errors, element, 'TtlAmt'),
  };
}

/** Compares the only batch of an entry with the amount and the transactions of the entry. */
function checkBatch(
  errors: FieldError[],
  { element, count, announcedAmount }: Batch,
  entryAmount: AmountField,
  transactionCount: number,
): void {
  if (count !== undefined && transactionCount > 0 && count !== transactionCount)
    addError(
      errors,
      child(element, 'NbOfTxs')!,
      'COUNT_MISMATCH',
      `the batch announces ${count} transactions, the entry contains ${transactionCount}`,
    );
  if (announcedAmount?.money && announcedAmount.money.amount !== entryAmount.money?.amount)
    addError(
      errors,
      child(element, 'TtlAmt')!,
      'SUM_MISMATCH',
      `the total of the batch is ${announcedAmount.text}, the amount of its entry is ${entryAmount.text}`,
    );
}

/** Checks that the sum of the transactions differs from the amount of the entry by at most the stated charges. */
function checkTransactionSum(
  errors: FieldError[],
  element: XmlElement,
  { amount, direction, transactions, isBatchWithoutDetails }: BankEntry,
): BankFileRemark | undefined {
  if (isBatchWithoutDetails) return undefined;
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

/** Reads `BkTxCd`: the ISO code as `PMNT.RCDT.VCOM`, else the bank's own code. */
function codeOf(element: XmlElement | undefined): string | undefined {
  const domain = child(element, 'Domn');
  const parts = [textAt(domain, 'Cd'), textAt(domain, 'Fmly', 'Cd'), textAt(domain, 'Fmly', 'SubFmlyCd')];
  return parts[0] === undefined ? textAt(element, 'Prtry', 'Cd') : parts.map((part) => part ?? '').join('.');
}
