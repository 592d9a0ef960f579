import { DomainError, type FieldError } from '@cordee/contracts/domain-error';
import type { BankFile, BankFileRemark, BankStatement } from './bank-file.ts';
import { readEntry, readTransaction, type EntryAsRead, type TransactionAsRead } from './camt-entry.ts';
import { addError, readRequiredText } from './camt-fields.ts';
import { checkSumsAndReadBalances } from './camt-sums.ts';
import { earliestBankDate } from './plausible-dates.ts';
import {
  child,
  childrenOf,
  pointerOf,
  readXml,
  textAt,
  XmlSyntaxError,
  type OnElementEnd,
  type XmlElement,
} from './xml-reader.ts';

export const maxBankFileBytes = 50 * 1024 * 1024;

const minVersion = 2;
/** Names of the elements that contain the message and its statements. */
const elementNames = {
  '053': { message: 'BkToCstmrStmt', statement: 'Stmt' },
  '054': { message: 'BkToCstmrDbtCdtNtfctn', statement: 'Ntfctn' },
} as const;

/**
 * Reads a camt.053 or camt.054 file of version 2 or later. An element whose form depends on the version is read in each
 * form.
 * A file with an error in its structure or sums is refused as a whole.
 * @throws DomainError `BANK_FILE_INVALID` with all errors and their positions, `BANK_FILE_TOO_LARGE`
 */
export function readCamt(file: Uint8Array | string, maxBytes = maxBankFileBytes): BankFile {
  if (file.length > maxBytes)
    throw new DomainError('BANK_FILE_TOO_LARGE', { status: 413, detail: `the file has more than ${maxBytes} bytes` });
  const text = typeof file === 'string' ? file : decodeText(file);
  refuseMt940(text);
  const errors: FieldError[] = [];
  const transactions = new Map<XmlElement, TransactionAsRead[]>();
  const entries = new Map<XmlElement, EntryAsRead[]>();

  // Converts each transaction and entry when its element ends. `true` removes the element from the tree to save memory.
  const root = parse(text, (element) => {
    const grandparent = element.parent?.parent;
    if (element.name === 'TxDtls' && grandparent?.name === 'Ntry') {
      addToList(transactions, grandparent, readTransaction(errors, element));
      return true;
    }
    if (element.name === 'Ntry' && element.parent) {
      addToList(entries, element.parent, readEntry(errors, element, transactions.get(element) ?? []));
      transactions.delete(element);
      return true;
    }
    return false;
  });

  const { kind, version, message } = detectMessage(root);
  const header = child(message, 'GrpHdr');
  const statementElements = childrenOf(message, elementNames[kind].statement);
  if (!header) addError(errors, message, 'ELEMENT_MISSING', 'GrpHdr is missing', 'GrpHdr');
  if (statementElements.length === 0)
    addError(errors, message, 'ELEMENT_MISSING', 'the message contains no statement', elementNames[kind].statement);
  const remarks: BankFileRemark[] = [];
  const statements = statementElements.map((element) =>
    readStatement(errors, remarks, element, entries.get(element) ?? []),
  );
  const messageId = header && readRequiredText(errors, header, 'MsgId');
  const createdAt = header && createdAtOf(errors, header);
  if (errors.length > 0 || !messageId || !createdAt) {
    throw invalidFile(`${errors.length} errors, the first: ${errors[0]?.detail}`, errors);
  }
  return { kind, version, messageId, createdAt, statements, remarks };
}

/** MT940 has neither references nor all amounts of a batch, so it cannot be matched reliably. */
function refuseMt940(text: string): void {
  if (!/^\s*(?:\{1:|:20:)/.test(text)) return;
  const detail = 'this is an MT940 statement: order camt.053 and, for the payments of batches, camt.054 at the bank';
  throw invalidFile(detail, [{ pointer: 'line 1, column 1', code: 'KIND_MT940', detail }]);
}

function readStatement(
  errors: FieldError[],
  remarks: BankFileRemark[],
  element: XmlElement,
  entriesAsRead: readonly EntryAsRead[],
): BankStatement {
  const account = child(child(element, 'Acct'), 'Id');
  const accountNumber = textAt(account, 'IBAN') ?? textAt(account, 'Othr', 'Id');
  if (!accountNumber) addError(errors, element, 'ELEMENT_MISSING', 'the account is missing', 'Acct/Id');
  const validEntries = entriesAsRead.filter((each) => each !== undefined);
  const entries = validEntries.flatMap((each) => ('entry' in each ? [each.entry] : []));
  const unprocessable = validEntries.flatMap((each) => ('unprocessable' in each ? [each.unprocessable] : []));
  remarks.push(...validEntries.flatMap((each) => ('entry' in each && each.remark ? [each.remark] : [])));
  const sequenceText = textAt(element, 'ElctrncSeqNb') ?? textAt(element, 'LglSeqNb');
  const statement = {
    id: readRequiredText(errors, element, 'Id') ?? '',
    account: (accountNumber ?? '').replaceAll(/\s/g, '').toUpperCase(),
    currency: textAt(element, 'Acct', 'Ccy') ?? entries[0]?.amount.currency ?? unprocessable[0]?.currencyText,
    sequence: sequenceText !== undefined && /^\d{1,9}$/.test(sequenceText) ? Number(sequenceText) : undefined,
    entries,
    unprocessable,
  };
  // An invalid entry is missing in the sums, so the check of the sums would report a second, misleading error.
  const balances =
    validEntries.length === entriesAsRead.length ? checkSumsAndReadBalances(errors, remarks, element, statement) : {};
  return { ...statement, balances };
}

function detectMessage(root: XmlElement): { kind: BankFile['kind']; version: number; message: XmlElement } {
  const namespace =
    Object.entries(root.attributes).find(([name, value]) => /^xmlns(:|$)/.test(name) && value.includes('camt.'))?.[1] ??
    '';
  const [, kind, version] = /camt\.(05[34])\.001\.(\d{2})\b/.exec(namespace) ?? [];
  if (root.name !== 'Document' || (kind !== '053' && kind !== '054') || Number(version) < minVersion) {
    throw invalidFile('not a camt.053 or camt.054 of version 2 or later', [
      { pointer: pointerOf(root), code: 'KIND_UNKNOWN', detail: `the namespace is "${namespace.slice(0, 80)}"` },
    ]);
  }
  const message = child(root, elementNames[kind].message);
  if (!message) {
    throw invalidFile(`${elementNames[kind].message} is missing`, [
      {
        pointer: `${pointerOf(root)}/${elementNames[kind].message}`,
        code: 'ELEMENT_MISSING',
        detail: `a camt.${kind} must contain ${elementNames[kind].message}`,
      },
    ]);
  }
  return { kind, version: Number(version), message };
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

function parse(text: string, onElementEnd: OnElementEnd): XmlElement {
  try {
    return readXml(text, onElementEnd);
  } catch (error) {
    if (!(error instanceof XmlSyntaxError)) throw error;
    throw invalidFile(`not readable as XML: ${error.message}`, [
      { pointer: `line ${error.line}, column ${error.column}`, code: error.code, detail: error.message },
    ]);
  }
}

/**
 * Decodes a file with the encoding of its byte order mark, else of its XML declaration, else as UTF-8. Invalid bytes
 * are refused, never replaced.
 */
function decodeText(bytes: Uint8Array): string {
  const encodingOfDeclaration = /^<\?xml[^>]*encoding=["']([A-Za-z0-9._-]+)["']/.exec(
    // The declaration is at the start of the file and contains only ASCII characters.
    Buffer.from(bytes.subarray(0, 200)).toString('latin1'),
  )?.[1];
  const encodingOfByteOrderMark =
    bytes[0] === 0xff && bytes[1] === 0xfe
      ? 'utf-16le'
      : bytes[0] === 0xfe && bytes[1] === 0xff
        ? 'utf-16be'
        : undefined;
  try {
    return new TextDecoder(encodingOfByteOrderMark ?? encodingOfDeclaration ?? 'utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw invalidFile('the encoding is unknown, or the bytes are not valid in this encoding', [
      {
        pointer: '/',
        code: 'ENCODING_INVALID',
        detail: `read as ${encodingOfByteOrderMark ?? encodingOfDeclaration ?? 'UTF-8'}`,
      },
    ]);
  }
}

function invalidFile(detail: string, errors: FieldError[]): DomainError {
  return new DomainError('BANK_FILE_INVALID', { status: 422, detail, errors });
}

function addToList<T>(lists: Map<XmlElement, T[]>, key: XmlElement, value: T): void {
  const list = lists.get(key);
  if (list) list.push(value);
  else lists.set(key, [value]);
}
