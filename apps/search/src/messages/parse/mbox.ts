export interface MboxMessage {
  /** The From_ line without its line end; empty when the file does not start with a From_ line. */
  envelope: string;
  raw: Uint8Array;
  /** True when the message exceeds the limit. `raw` then contains its beginning; `size` is the full size in bytes. */
  isTruncated: boolean;
  size: number;
}

const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;
const LETTER_F = 0x46;
const GREATER_THAN = 0x3e;
const MAX_FROM_LINE_BYTES = 500;
/** The size of the first buffer of a message. */
const INITIAL_CAPACITY_BYTES = 16 * 1024;
const QUOTED_PREFIX = 'From ';
/**
 * A longer line is not a From_ line. The reader adds the pieces of such a line to the message and does not buffer them.
 */
const MAX_BUFFERED_BYTES = 64 * 1024;
/** A From_ line contains a time and a year; a sentence that begins with “From ” does not. */
const FROM = /^From \S/;
const TIME = /\d:\d{2}/;
const YEAR = /\b\d{4}\b/;

/**
 * Splits an mbox stream into messages; only one message is in memory. A From_ line starts a message only at the start
 * of the file and after an empty line. Removes one `>` of `>From ` in a body: the program that wrote the mbox added
 * this `>` (in the mbox variants mboxo and mboxrd).
 */
export async function* splitMbox(source: AsyncIterable<Uint8Array>, sizeLimit: number): AsyncGenerator<MboxMessage> {
  const reader = new MboxReader(sizeLimit);
  for await (const chunk of source) yield* reader.push(chunk);
  yield* reader.end();
}

class MboxReader {
  readonly #sizeLimit: number;
  /** The beginning of a line whose end is not read yet. */
  #buffered: Uint8Array = new Uint8Array(0);
  /** True when the beginning of a long line is already added to the message. */
  #isInsideLongLine = false;
  #isAfterEmptyLine = true;
  #current: MessageCollector | undefined;

  constructor(sizeLimit: number) {
    this.#sizeLimit = sizeLimit;
  }

  *push(chunk: Uint8Array): Generator<MboxMessage> {
    let lineStart = 0;
    /** The lines from here to `lineStart` belong to the current message and are added together. */
    let pendingStart = 0;
    for (let lineFeed = chunk.indexOf(LINE_FEED); lineFeed >= 0; lineFeed = chunk.indexOf(LINE_FEED, lineStart)) {
      const lineEnd = lineFeed + 1;
      if (this.#isOrdinaryLine(chunk[lineStart]!)) {
        this.#isAfterEmptyLine = isEmptyLine(chunk, lineStart, lineEnd);
      } else {
        this.#current?.add(chunk.subarray(pendingStart, lineStart));
        yield* this.#readLine(this.#joinBuffered(chunk.subarray(lineStart, lineEnd)));
        pendingStart = lineEnd;
      }
      lineStart = lineEnd;
    }
    this.#current?.add(chunk.subarray(pendingStart, lineStart));
    this.#buffered = this.#joinBuffered(chunk.slice(lineStart));
    if (this.#buffered.length > MAX_BUFFERED_BYTES || (this.#isInsideLongLine && this.#buffered.length > 0)) {
      this.#currentMessage().add(this.#buffered);
      this.#buffered = new Uint8Array(0);
      this.#isInsideLongLine = true;
    }
  }

  *end(): Generator<MboxMessage> {
    if (this.#buffered.length > 0) yield* this.#readLine(this.#buffered);
    yield* this.#finish();
  }

  /** True for a complete line of the current message that is neither a From_ line nor a quoted one. */
  #isOrdinaryLine(firstByte: number): boolean {
    return (
      this.#current !== undefined &&
      this.#buffered.length === 0 &&
      !this.#isInsideLongLine &&
      firstByte !== LETTER_F &&
      firstByte !== GREATER_THAN
    );
  }

  #joinBuffered(piece: Uint8Array): Uint8Array {
    if (this.#buffered.length === 0) return piece;
    const joined = Buffer.concat([this.#buffered, piece]);
    this.#buffered = new Uint8Array(0);
    return joined;
  }

  *#readLine(line: Uint8Array): Generator<MboxMessage> {
    if (this.#isInsideLongLine) {
      this.#isInsideLongLine = false;
      this.#isAfterEmptyLine = false;
      this.#currentMessage().add(line);
      return;
    }
    if (this.#isAfterEmptyLine && isFromLine(line)) {
      yield* this.#finish();
      this.#current = new MessageCollector(latin1Text(line).trimEnd(), this.#sizeLimit);
      this.#isAfterEmptyLine = false;
      return;
    }
    this.#isAfterEmptyLine = isEmptyLine(line);
    if (this.#isAfterEmptyLine && !this.#current) return;
    this.#currentMessage().add(isQuotedFrom(line) ? line.subarray(1) : line);
  }

  *#finish(): Generator<MboxMessage> {
    const message = this.#current?.finish();
    this.#current = undefined;
    if (message) yield message;
  }

  #currentMessage(): MessageCollector {
    return (this.#current ??= new MessageCollector('', this.#sizeLimit));
  }
}

class MessageCollector {
  readonly #envelope: string;
  readonly #sizeLimit: number;
  /** The bytes are copied, because an object for each line would take more memory than the line. */
  #bytes = Buffer.allocUnsafe(INITIAL_CAPACITY_BYTES);
  #storedBytes = 0;
  #size = 0;

  constructor(envelope: string, sizeLimit: number) {
    this.#envelope = envelope;
    this.#sizeLimit = sizeLimit;
  }

  add(piece: Uint8Array): void {
    this.#size += piece.length;
    const stored = piece.subarray(0, Math.max(0, this.#sizeLimit - this.#storedBytes));
    if (stored.length === 0) return;
    this.#reserve(this.#storedBytes + stored.length);
    this.#bytes.set(stored, this.#storedBytes);
    this.#storedBytes += stored.length;
  }

  #reserve(length: number): void {
    if (length <= this.#bytes.length) return;
    const larger = Buffer.allocUnsafe(Math.max(length, 2 * this.#bytes.length));
    larger.set(this.#bytes.subarray(0, this.#storedBytes));
    this.#bytes = larger;
  }

  /** Returns the message without the empty line before the next From_ line. */
  finish(): MboxMessage {
    const raw = this.#bytes.subarray(0, this.#storedBytes);
    const isTruncated = this.#size > this.#storedBytes;
    const separatorLength = isTruncated ? 0 : trailingEmptyLineLength(raw);
    return {
      envelope: this.#envelope,
      raw: raw.subarray(0, raw.length - separatorLength),
      isTruncated,
      size: this.#size - separatorLength,
    };
  }
}

/** Returns the length of the empty line at the end; 0 when the last line is not empty. */
function trailingEmptyLineLength(raw: Buffer): number {
  const lastCharacters = raw.subarray(-4).toString('latin1');
  if (lastCharacters.endsWith('\n\r\n')) return 2;
  return lastCharacters.endsWith('\n\n') ? 1 : 0;
}

const latin1Text = (line: Uint8Array) => Buffer.from(line.buffer, line.byteOffset, line.byteLength).toString('latin1');

function isFromLine(line: Uint8Array): boolean {
  if (line[0] !== LETTER_F || line.length > MAX_FROM_LINE_BYTES) return false;
  const text = latin1Text(line);
  return FROM.test(text) && TIME.test(text) && YEAR.test(text);
}

function isEmptyLine(bytes: Uint8Array, start = 0, end = bytes.length): boolean {
  if (end - start > 2) return false;
  return bytes.subarray(start, end).every((byte) => byte === LINE_FEED || byte === CARRIAGE_RETURN);
}

function isQuotedFrom(line: Uint8Array): boolean {
  if (line[0] !== GREATER_THAN) return false;
  let start = 1;
  while (line[start] === GREATER_THAN) start += 1;
  const end = start + QUOTED_PREFIX.length;
  return line.length > end && latin1Text(line.subarray(start, end)) === QUOTED_PREFIX;
}
