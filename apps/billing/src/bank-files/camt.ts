import { DomainError, type FieldError } from '@cordee/contracts/domain-error';
import type { BankEntry, BankFileOutline, BankFileRemark, BankStatement, UnprocessableEntry } from './bank-file.ts';
import { invalidBankFile } from './bank-file-errors.ts';
import { BankFileText } from './bank-file-text.ts';
import { readEntry } from './camt-entry.ts';
import { addError, readRequiredText } from './camt-fields.ts';
import { checkSumsAndReadBalances, StatementSums } from './camt-sums.ts';
import { readTransaction, type TransactionAsRead } from './camt-transaction.ts';
import { earliestBankDate } from './plausible-dates.ts';
import { child, pointerOf, textAt, type XmlElement } from './xml-element.ts';
import { XmlReader, XmlSyntaxError } from './xml-reader.ts';

const minVersion = 2;
/** The report of an import contains at most this number of remarks. */
export const MAX_REMARKS = 1_000;
/** Names of the elements that contain the message and its statements. */
const elementNames = {
  '053': { message: 'BkToCstmrStmt', statement: 'Stmt' },
  '054': { message: 'BkToCstmrDbtCdtNtfctn', statement: 'Ntfctn' },
} as const;

/** Receives each entry when it ends. `statement` is the index of its statement. */
interface EntryReceiver {
  onEntry(entry: BankEntry, statement: number): void;
  onUnprocessable(entry: UnprocessableEntry, statement: number): void;
}

/**
 * Reads a camt.053 or camt.054 file of version 2 or later, chunk by chunk. An element whose form depends on the version
 * is read in each form. The reader keeps no entries: `receiver` gets them before the end of the file shows whether the
 * file is valid. A file with an error in its structure or sums is refused as a whole.
 */
export class CamtFile {
  private readonly errors: FieldError[] = [];
  private readonly remarks: BankFileRemark[] = [];
  private readonly text = new BankFileText();
  private readonly xml = new XmlReader((element) => this.onElementEnd(element));
  /** The transactions of entries that have not ended. */
  private readonly transactions = new Map<XmlElement, TransactionAsRead[]>();
  /** The sums of statements that have not ended. */
  private readonly sums = new Map<XmlElement, StatementSums>();
  private readonly statements: BankStatement[] = [];

  constructor(private readonly receiver: EntryReceiver) {}

  /** Reads the next chunk. @throws DomainError `BANK_FILE_INVALID` */
  write(chunk: Uint8Array): void {
    this.refuseSyntaxErrors(() => this.xml.write(this.text.write(chunk)));
  }

  /** Ends the file. @throws DomainError `BANK_FILE_INVALID` with all errors and their positions */
  end(): BankFileOutline {
    const root = this.refuseSyntaxErrors(() => {
      this.xml.write(this.text.end());
      return this.xml.end();
    });
    const { errors, statements, remarks } = this;
    const { kind, version } = readKind(root);
    const message = messageOf(root, kind);
    const header = child(message, 'GrpHdr');
    if (!header) addError(errors, message, 'ELEMENT_MISSING', 'GrpHdr is missing', 'GrpHdr');
    if (statements.length === 0)
      addError(errors, message, 'ELEMENT_MISSING', 'the message contains no statement', elementNames[kind].statement);
    const messageId = header && readRequiredText(errors, header, 'MsgId');
    const createdAt = header && createdAtOf(errors, header);
    if (errors.length > 0 || !messageId || !createdAt) throw invalidBankFile(firstErrorDetail(errors), errors);
    return { kind, version, messageId, createdAt, statements, remarks: remarks.slice(0, MAX_REMARKS) };
  }

  /**
   * Converts each transaction, entry and statement when its element ends. `true` removes the element from the tree to
   * save memory.
   */
  private onElementEnd(element: XmlElement): boolean {
    const { parent } = element;
    if (!parent) return false;
    if (element.name === 'TxDtls' && parent.parent?.name === 'Ntry') {
      const list = this.transactions.get(parent.parent);
      const transaction = this.refuseLargeSums(element, () => readTransaction(this.errors, element));
      if (!transaction) return true;
      if (list) list.push(transaction);
      else this.transactions.set(parent.parent, [transaction]);
      return true;
    }
    if (element.name === 'Ntry') {
      this.readEntryOf(parent, element);
      return true;
    }
    if (!isStatement(element)) return false;
    this.statements.push(this.readStatement(element));
    return true;
  }

  private readEntryOf(statement: XmlElement, element: XmlElement): void {
    const transactions = this.transactions.get(element) ?? [];
    const entryAsRead = this.refuseLargeSums(element, () => readEntry(this.errors, element, transactions));
    this.transactions.delete(element);
    if (!isStatement(statement)) return;
    const sums = this.sumsOf(statement);
    const index = this.statements.length;
    if (!entryAsRead) sums.hasInvalidEntries = true;
    else if ('entry' in entryAsRead) {
      sums.addEntry(entryAsRead.entry);
      if (entryAsRead.remark && this.remarks.length < MAX_REMARKS) this.remarks.push(entryAsRead.remark);
      this.receiver.onEntry(entryAsRead.entry, index);
    } else {
      sums.addUnprocessable(entryAsRead.unprocessable);
      this.receiver.onUnprocessable(entryAsRead.unprocessable, index);
    }
  }

  private sumsOf(statement: XmlElement): StatementSums {
    let sums = this.sums.get(statement);
    if (!sums) this.sums.set(statement, (sums = new StatementSums()));
    return sums;
  }

  private readStatement(element: XmlElement): BankStatement {
    const { errors, remarks } = this;
    const sums = this.sumsOf(element);
    this.sums.delete(element);
    const account = child(child(element, 'Acct'), 'Id');
    const accountNumber = textAt(account, 'IBAN') ?? textAt(account, 'Othr', 'Id');
    if (!accountNumber) addError(errors, element, 'ELEMENT_MISSING', 'the account is missing', 'Acct/Id');
    const sequenceText = textAt(element, 'ElctrncSeqNb') ?? textAt(element, 'LglSeqNb');
    const statement = {
      id: readRequiredText(errors, element, 'Id') ?? '',
      pointer: pointerOf(element),
      line: element.line,
      account: (accountNumber ?? '').replaceAll(/\s/g, '').toUpperCase(),
      currency: textAt(element, 'Acct', 'Ccy') ?? sums.currency,
      sequence: sequenceText !== undefined && /^\d{1,9}$/.test(sequenceText) ? Number(sequenceText) : undefined,
      // An invalid entry is missing in the sums, so the check of the sums would report a second, misleading error.
      balances:
        (!sums.hasInvalidEntries &&
          this.refuseLargeSums(element, () => checkSumsAndReadBalances(errors, remarks, element, sums))) ||
        {},
    };
    // A copy: a part of a string keeps the whole string, which is a chunk of the file, in memory.
    return structuredClone(statement);
  }

  /** Reads an element. Adds an error at the element when a sum of amounts is larger than the largest safe integer. */
  private refuseLargeSums<T>(element: XmlElement, read: () => T): T | undefined {
    try {
      return read();
    } catch (error) {
      if (!(error instanceof DomainError) || error.code !== 'MONEY_AMOUNT_INVALID') throw error;
      return addError(this.errors, element, 'AMOUNT_INVALID', 'the sum of the amounts is too large');
    }
  }

  private refuseSyntaxErrors<T>(read: () => T): T {
    try {
      return read();
    } catch (error) {
      if (!(error instanceof XmlSyntaxError)) throw error;
      const { code, line, column, message } = error;
      throw invalidBankFile(`not readable as XML: ${message}`, [
        { pointer: `line ${line}, column ${column}`, code, detail: message, line },
      ]);
    }
  }
}

/** True for a statement of the message that the namespace names. */
function isStatement({ name, parent: message }: XmlElement): boolean {
  const root = message?.parent;
  if (!root || root.parent) return false;
  const kind = kindOf(root)?.kind;
  return (
    kind !== undefined && name === elementNames[kind].statement && child(root, elementNames[kind].message) === message
  );
}

const namespaceOf = (root: XmlElement): string =>
  Object.entries(root.attributes).find(([name, value]) => /^xmlns(:|$)/.test(name) && value.includes('camt.'))?.[1] ??
  '';

function kindOf(root: XmlElement): Pick<BankFileOutline, 'kind' | 'version'> | undefined {
  const [, kind, version] = /camt\.(05[34])\.001\.(\d{2})\b/.exec(namespaceOf(root)) ?? [];
  if (root.name !== 'Document' || (kind !== '053' && kind !== '054') || Number(version) < minVersion) return undefined;
  return { kind, version: Number(version) };
}

function readKind(root: XmlElement): Pick<BankFileOutline, 'kind' | 'version'> {
  const kind = kindOf(root);
  if (kind) return kind;
  const detail = `the namespace is "${namespaceOf(root).slice(0, 80)}"`;
  throw invalidBankFile('not a camt.053 or camt.054 of version 2 or later', [
    { pointer: pointerOf(root), code: 'KIND_UNKNOWN', detail, line: root.line },
  ]);
}

function messageOf(root: XmlElement, kind: BankFileOutline['kind']): XmlElement {
  const { message: name } = elementNames[kind];
  const message = child(root, name);
  if (message) return message;
  throw invalidBankFile(`${name} is missing`, [
    {
      pointer: `${pointerOf(root)}/${name}`,
      code: 'ELEMENT_MISSING',
      detail: `a camt.${kind} must contain ${name}`,
      line: root.line,
    },
  ]);
}

function createdAtOf(errors: FieldError[], header: XmlElement): string | undefined {
  const text = readRequiredText(errors, header, 'CreDtTm');
  if (text === undefined) return undefined;
  // A time without an offset is the local time of the bank, in an unknown zone. UTC is an approximation.
  const hasOffset = /(Z|[+-]\d{2}:\d{2})$/.test(text);
  const instant = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}/.test(text)
    ? new Date(hasOffset ? text : `${text}Z`).toJSON()
    : null;
  if (instant && instant >= earliestBankDate) return instant;
  return addError(errors, child(header, 'CreDtTm')!, 'DATE_INVALID', `"${text.slice(0, 40)}" is not an instant`);
}

function firstErrorDetail(errors: readonly FieldError[]): string {
  const detail = errors[0]?.detail ?? '';
  return errors.length > 1 ? `the first of ${errors.length} errors: ${detail}` : detail;
}
