import { isCurrency, sumMoney, type Money } from '@cordee/money/money';
import type { BankEntry, BankFileRemark, BankTransaction, Direction, OddEntry, OddReason } from './bank-file.ts';
import {
  amountField,
  dateField,
  directionField,
  netOf,
  readAmount,
  reject,
  statusField,
  type AmountField,
  type CamtReport,
} from './camt-fields.ts';
import { findReferences, normaliseReference } from './reference.ts';
import { child, childrenOf, pointerOf, textAt, type XmlElement } from './xml-reader.ts';

/** A transaction before its entry is known. */
export interface ReadTransaction extends Omit<BankTransaction, 'amount' | 'direction'> {
  readonly amount: AmountField | undefined;
  readonly direction: Direction | undefined;
}

/** `TxDtls`. The amount is its own from version 4 on; before, it may stand in the details or be missing for a lone transaction. */
export function readTransaction(report: CamtReport, element: XmlElement): ReadTransaction {
  const details = child(child(element, 'AmtDtls'), 'TxAmt');
  const amount = child(element, 'Amt') ? amountField(report, element) : details && amountField(report, details);
  const direction = child(element, 'CdtDbtInd') && directionField(report, element);
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

/** What reading an entry gives; undefined when its structure is wrong and the report says so. */
export type ReadEntry = { entry: BankEntry; remark?: BankFileRemark } | { odd: OddEntry } | undefined;

/** `Ntry` with the transactions that were read from it. */
export function readEntry(report: CamtReport, element: XmlElement, read: readonly ReadTransaction[]): ReadEntry {
  const errorsBefore = report.errors.length;
  const amount = amountField(report, element);
  const direction = directionField(report, element);
  const status = statusField(report, element);
  const booking = dateField(report, element, 'BookgDt');
  const value = dateField(report, element, 'ValDt');
  const batches = childrenOf(element, 'NtryDtls').flatMap((details) => childrenOf(details, 'Btch'));
  const announced = batches.flatMap((batch) => {
    const count = textAt(batch, 'NbOfTxs');
    if (count !== undefined && !/^\d{1,15}$/.test(count))
      reject(report, child(batch, 'NbOfTxs')!, 'COUNT_INVALID', `"${count.slice(0, 40)}" is no number`);
    return {
      batch,
      count: count === undefined ? undefined : Number(count),
      total: child(batch, 'TtlAmt') && amountField(report, batch, 'TtlAmt'),
    };
  });
  if (!amount || !direction || !status || report.errors.length > errorsBefore) return undefined;

  const text = [textAt(element, 'AddtlNtryInf'), ...read.map((each) => each.remittanceText)]
    .filter((each) => each)
    .join('\n');
  const known = {
    pointer: pointerOf(element),
    reference: textAt(element, 'AcctSvcrRef'),
    direction,
    isReversal: textAt(element, 'RvslInd') === 'true' || textAt(element, 'RvslInd') === '1',
    status,
  };
  const odd = (reason: OddReason, detail: string): ReadEntry => ({
    odd: {
      ...known,
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
  if (!own) return precisionOrCurrency(amount, odd);
  if (own.amount === 0 && direction === 'credit') return odd('amount_zero', 'there is nothing to book');
  if (!date) return odd('date_missing', 'neither a booking date nor a value date');

  const amounts = [...read.map((each) => each.amount), ...announced.map(({ total }) => total)].filter(
    (each) => each !== undefined,
  );
  const foreign = amounts.find((each) => each.currency !== own.currency);
  if (foreign) return odd('currency_differs', `the entry is in ${own.currency}, a part of it in ${foreign.currency}`);
  const imprecise = amounts.find((each) => each.money === undefined);
  if (imprecise) return precisionOrCurrency(imprecise, odd);
  if (read.some((each) => each.direction !== undefined && each.direction !== direction && read.length === 1)) {
    return odd('direction_differs', 'the entry and its only transaction go in opposite directions');
  }

  for (const { batch, count, total } of announced) {
    if (count !== undefined && announced.length === 1 && read.length > 0 && count !== read.length) {
      reject(
        report,
        child(batch, 'NbOfTxs')!,
        'COUNT_MISMATCH',
        `${count} transactions are announced, there are ${read.length}`,
      );
    }
    if (total?.money && announced.length === 1 && total.money.amount !== own.amount) {
      reject(report, child(batch, 'TtlAmt')!, 'SUM_MISMATCH', `the batch is ${total.text}, its entry ${amount.text}`);
    }
  }
  const isBatchTotal = read.length === 0 && announced.some(({ count }) => count === undefined || count > 1);
  if (read.length > 1 && read.some((each) => each.amount === undefined)) {
    return odd('transaction_amount_missing', 'several transactions, of which not all have an amount');
  }
  const transactions = read.map(({ amount: part, direction: way, ...rest }) => ({
    ...rest,
    amount: part?.money ?? own,
    direction: way ?? direction,
  }));
  const lone: BankTransaction = { ...wholeEntry(element, text), amount: own, direction };
  const entry: BankEntry = {
    ...known,
    amount: own,
    bookingDate: booking ?? date,
    valueDate: date,
    isBatchTotal,
    transactions: transactions.length > 0 || isBatchTotal ? transactions : [lone],
  };
  const remark = checkParts(report, element, entry);
  return report.errors.length > errorsBefore ? undefined : { entry, ...(remark && { remark }) };
}

/** The parts of an entry add up to it; they may differ by charges that the file names. */
function checkParts(
  report: CamtReport,
  element: XmlElement,
  { amount, direction, transactions, isBatchTotal }: BankEntry,
): BankFileRemark | undefined {
  if (isBatchTotal) return undefined;
  const net = netOf(transactions, amount.currency)!;
  const signed = direction === 'credit' ? net.amount : -net.amount;
  const difference = Math.abs(signed - amount.amount);
  if (difference === 0) return undefined;
  const named = sumMoney(
    transactions.flatMap((each) => (each.charges?.currency === amount.currency ? [each.charges] : [])),
    amount.currency,
  );
  const charges = named.amount + (chargesOf(element)?.amount ?? 0);
  if (difference <= charges) {
    return {
      code: 'CHARGES_IN_ENTRY',
      pointer: pointerOf(element),
      detail: 'the entry and its transactions differ by the charges they name',
    };
  }
  return reject(report, child(element, 'Amt')!, 'SUM_MISMATCH', 'the transactions of the entry do not add up to it');
}

function precisionOrCurrency(amount: AmountField, odd: (reason: OddReason, detail: string) => ReadEntry): ReadEntry {
  return odd(
    isCurrency(amount.currency) ? 'amount_too_precise' : 'currency_unknown',
    `${amount.text} ${amount.currency}`,
  );
}

/** What an entry without details says about its payment. */
function wholeEntry(element: XmlElement, text: string): Omit<BankTransaction, 'amount' | 'direction'> {
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

/** Charges of an entry or transaction: a total, or records that are added up; unreadable ones count as not named. */
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
