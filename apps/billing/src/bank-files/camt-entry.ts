import type { FieldError } from '@cordee/contracts/domain-error';
import { isCurrency, sumMoney, type Money } from '@cordee/money/money';
import type {
  BankEntry,
  BankFileRemark,
  BankTransaction,
  Direction,
  UnprocessableEntry,
  UnprocessableReason,
} from './bank-file.ts';
import {
  addError,
  amountField,
  dateField,
  directionField,
  netOf,
  readAmount,
  statusField,
  type AmountField,
} from './camt-fields.ts';
import { findReferences, normaliseReference } from './reference.ts';
import { child, childrenOf, pointerOf, textAt, type XmlElement } from './xml-reader.ts';

/** A transaction that is read before its entry, which may supply its amount and direction. */
export interface ReadTransaction extends Omit<BankTransaction, 'amount' | 'direction'> {
  readonly amount: AmountField | undefined;
  readonly direction: Direction | undefined;
}

/**
 * Reads `TxDtls`. From version 4 on, `Amt` holds the amount. In earlier versions `AmtDtls` may hold it, or it is
 * missing when the entry has a single transaction.
 */
export function readTransaction(errors: FieldError[], element: XmlElement): ReadTransaction {
  const details = child(child(element, 'AmtDtls'), 'TxAmt');
  const amount = child(element, 'Amt') ? amountField(errors, element) : details && amountField(errors, details);
  const direction = child(element, 'CdtDbtInd') && directionField(errors, element);
  const information = child(element, 'RmtInf');
  const structured = childrenOf(information, 'Strd');
  const given = structured.flatMap((each) => textAt(each, 'CdtrRefInf', 'Ref') ?? []);
  const text = [...childrenOf(information, 'Ustrd'), ...structured.flatMap((each) => childrenOf(each, 'AddtlRmtInf'))]
    .map((each) => each.text.trim())
    .concat(textAt(element, 'AddtlTxInf') ?? [])
    .filter((each) => each !== '')
    .join('\n');
  const endToEndId = textAt(element, 'Refs', 'EndToEndId');
  const parties = child(element, 'RltdPties');
  const reference =
    given.map(normaliseReference).find((each) => each !== undefined) ??
    findReferences(`${given.join('\n')}\n${text}`)[0];
  return {
    servicerReference: textAt(element, 'Refs', 'AcctSvcrRef'),
    endToEndId: endToEndId === 'NOTPROVIDED' ? undefined : endToEndId,
    amount,
    direction,
    charges: chargesOf(element),
    creditorReference: reference?.value,
    givenReference: given[0],
    remittanceText: text,
    debtorName:
      textAt(parties, 'Dbtr', 'Pty', 'Nm') ??
      textAt(parties, 'Dbtr', 'Nm') ??
      textAt(parties, 'UltmtDbtr', 'Pty', 'Nm'),
    debtorIban: textAt(parties, 'DbtrAcct', 'Id', 'IBAN')?.replaceAll(/\s/g, '').toUpperCase(),
  };
}

/** Undefined when the structure is wrong; the errors then contain the details. */
export type ReadEntry =
  | { entry: BankEntry; remark?: BankFileRemark }
  | { unprocessable: UnprocessableEntry }
  | undefined;

/** Reads `Ntry`, given its transactions. */
export function readEntry(errors: FieldError[], element: XmlElement, read: readonly ReadTransaction[]): ReadEntry {
  const errorsBefore = errors.length;
  const amount = amountField(errors, element);
  const direction = directionField(errors, element);
  const status = statusField(errors, element);
  const booking = dateField(errors, element, 'BookgDt');
  const value = dateField(errors, element, 'ValDt');
  const batches = childrenOf(element, 'NtryDtls').flatMap((details) => childrenOf(details, 'Btch'));
  const announced = batches.flatMap((batch) => {
    const count = textAt(batch, 'NbOfTxs');
    if (count !== undefined && !/^\d{1,15}$/.test(count))
      addError(errors, child(batch, 'NbOfTxs')!, 'COUNT_INVALID', `"${count.slice(0, 40)}" is not a number`);
    return {
      batch,
      count: count === undefined ? undefined : Number(count),
      total: child(batch, 'TtlAmt') && amountField(errors, batch, 'TtlAmt'),
    };
  });
  if (!amount || !direction || !status || errors.length > errorsBefore) return undefined;

  const text = [textAt(element, 'AddtlNtryInf'), ...read.map((each) => each.remittanceText)]
    .filter((each) => each)
    .join('\n');
  const common = {
    pointer: pointerOf(element),
    reference: textAt(element, 'AcctSvcrRef'),
    direction,
    isReversal: textAt(element, 'RvslInd') === 'true' || textAt(element, 'RvslInd') === '1',
    status,
  };
  const unprocessable = (reason: UnprocessableReason, detail: string): ReadEntry => ({
    unprocessable: {
      ...common,
      reason,
      detail,
      amountText: amount.text,
      currencyText: amount.currency,
      amount: amount.money,
      bookingDate: booking,
      valueDate: value,
      text,
    },
  });
  const own = amount.money;
  const date = value ?? booking;
  if (!own) return precisionOrCurrency(amount, unprocessable);
  if (own.amount === 0 && direction === 'credit') return unprocessable('amount_zero', 'the amount is zero');
  if (!date) return unprocessable('date_missing', 'neither a booking date nor a value date');

  const amounts = [...read.map((each) => each.amount), ...announced.map(({ total }) => total)].filter(
    (each) => each !== undefined,
  );
  const foreign = amounts.find((each) => each.currency !== own.currency);
  if (foreign)
    return unprocessable('currency_differs', `the entry is in ${own.currency}, a part of it in ${foreign.currency}`);
  const imprecise = amounts.find((each) => each.money === undefined);
  if (imprecise) return precisionOrCurrency(imprecise, unprocessable);
  if (read.some((each) => each.direction !== undefined && each.direction !== direction && read.length === 1)) {
    return unprocessable('direction_differs', 'the entry and its only transaction have opposite directions');
  }

  for (const { batch, count, total } of announced) {
    if (count !== undefined && announced.length === 1 && read.length > 0 && count !== read.length) {
      addError(
        errors,
        child(batch, 'NbOfTxs')!,
        'COUNT_MISMATCH',
        `${count} transactions are announced, there are ${read.length}`,
      );
    }
    if (total?.money && announced.length === 1 && total.money.amount !== own.amount) {
      addError(errors, child(batch, 'TtlAmt')!, 'SUM_MISMATCH', `the batch is ${total.text}, its entry ${amount.text}`);
    }
  }
  const isBatchTotal = read.length === 0 && announced.some(({ count }) => count === undefined || count > 1);
  if (read.length > 1 && read.some((each) => each.amount === undefined)) {
    return unprocessable('transaction_amount_missing', 'several transactions, not all of them with an amount');
  }
  const transactions = read.map(({ amount: ownAmount, direction: ownDirection, ...rest }) => ({
    ...rest,
    amount: ownAmount?.money ?? own,
    direction: ownDirection ?? direction,
  }));
  const single: BankTransaction = { ...transactionOfEntry(element, text), amount: own, direction };
  const entry: BankEntry = {
    ...common,
    amount: own,
    bookingDate: booking ?? date,
    valueDate: date,
    isBatchTotal,
    transactions: transactions.length > 0 || isBatchTotal ? transactions : [single],
  };
  const remark = checkTransactionSum(errors, element, entry);
  return errors.length > errorsBefore ? undefined : { entry, ...(remark && { remark }) };
}

/** Checks that the transactions add up to the entry. They may differ by charges that the file states. */
function checkTransactionSum(
  errors: FieldError[],
  element: XmlElement,
  { amount, direction, transactions, isBatchTotal }: BankEntry,
): BankFileRemark | undefined {
  if (isBatchTotal) return undefined;
  const net = netOf(transactions, amount.currency)!;
  const signed = direction === 'credit' ? net.amount : -net.amount;
  const difference = Math.abs(signed - amount.amount);
  if (difference === 0) return undefined;
  const stated = sumMoney(
    transactions.flatMap((each) => (each.charges?.currency === amount.currency ? [each.charges] : [])),
    amount.currency,
  );
  const charges = stated.amount + (chargesOf(element)?.amount ?? 0);
  if (difference <= charges) {
    return {
      code: 'CHARGES_IN_ENTRY',
      pointer: pointerOf(element),
      detail: 'the entry and its transactions differ by the stated charges',
    };
  }
  return addError(errors, child(element, 'Amt')!, 'SUM_MISMATCH', 'the transactions of the entry do not add up to it');
}

function precisionOrCurrency(
  amount: AmountField,
  unprocessable: (reason: UnprocessableReason, detail: string) => ReadEntry,
): ReadEntry {
  return unprocessable(
    isCurrency(amount.currency) ? 'amount_too_precise' : 'currency_unknown',
    `${amount.text} ${amount.currency}`,
  );
}

/** The payment of an entry without details. */
function transactionOfEntry(element: XmlElement, text: string): Omit<BankTransaction, 'amount' | 'direction'> {
  return {
    servicerReference: undefined,
    endToEndId: undefined,
    charges: chargesOf(element),
    creditorReference: findReferences(text)[0]?.value,
    givenReference: undefined,
    remittanceText: text,
    debtorName: undefined,
    debtorIban: undefined,
  };
}

/**
 * Charges of an entry or transaction: the stated total, else the sum of the records. Unreadable amounts are skipped.
 */
function chargesOf(element: XmlElement): Money | undefined {
  const charges = childrenOf(element, 'Chrgs');
  const totals = charges.flatMap((each) => childrenOf(each, 'TtlChrgsAndTaxAmt'));
  const records = charges.flatMap((each) => [
    ...childrenOf(each, 'Amt'),
    ...childrenOf(each, 'Rcrd').flatMap((record) => childrenOf(record, 'Amt')),
  ]);
  const amounts = (totals.length > 0 ? totals : records).flatMap(
    (each) => readAmount(each.text.trim(), each.attributes['Ccy'] ?? '') ?? [],
  );
  const [first] = amounts;
  return first && amounts.every((each) => each.currency === first.currency)
    ? sumMoney(amounts, first.currency)
    : undefined;
}
