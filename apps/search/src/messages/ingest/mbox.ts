export interface MboxMessage {
  /** The From_ line without its line end; empty when the file does not start with one. */
  envelope: string;
  raw: Uint8Array;
  /** The message exceeds the limit: `raw` contains its beginning, `size` is the full size in bytes. */
  isTruncated: boolean;
  size: number;
}

const LINE_FEED = 0x0a;
/** A longer line is not a From_ line and is passed on in pieces instead of being buffered. */
const MAX_BUFFERED_BYTES = 64 * 1024;
/** A From_ line contains a time and a year; a sentence that begins with “From ” does not. */
const FROM = /^From \S/;
const TIME = /\d:\d{2}/;
const YEAR = /\b\d{4}\b/;

/**
 * Splits an mbox stream into messages with one message in memory. A From_ line counts at the start of the file and
 * after an empty line. Removes one `>` of `>From ` in a body, which the writer added (mboxo and mboxrd).
 */
export async function* splitMbox(source: AsyncIterable<Uint8Array>, sizeLimit: number): AsyncGenerator<MboxMessage> {
  const reader = new MboxReader(sizeLimit);
  for await (const chunk of source) yield* reader.push(chunk);
  yield* reader.end();
}

class MboxReader {
  readonly #sizeLimit: number;
  #buffered: Uint8Array = new Uint8Array(0);
  #isInsideLine = false;
  #isAfterBlank = true;
  #current: MessageCollector | undefined;

  constructor(sizeLimit: number) {
    this.#sizeLimit = sizeLimit;
  }

  *push(chunk: Uint8Array): Generator<MboxMessage> {
    let at = 0;
    for (let feed = chunk.indexOf(LINE_FEED); feed >= 0; feed = chunk.indexOf(LINE_FEED, at)) {
      yield* this.#line(this.#joined(chunk.subarray(at, feed + 1)));
      at = feed + 1;
    }
    this.#buffered = this.#joined(chunk.slice(at));
    if (this.#buffered.length > MAX_BUFFERED_BYTES || (this.#isInsideLine && this.#buffered.length > 0)) {
      this.#message().add(this.#buffered);
      this.#buffered = new Uint8Array(0);
      this.#isInsideLine = true;
    }
  }

  *end(): Generator<MboxMessage> {
    if (this.#buffered.length > 0) yield* this.#line(this.#buffered);
    yield* this.#finish();
  }

  #joined(piece: Uint8Array): Uint8Array {
    if (this.#buffered.length === 0) return piece;
    const whole = Buffer.concat([this.#buffered, piece]);
    this.#buffered = new Uint8Array(0);
    return whole;
  }

  *#line(line: Uint8Array): Generator<MboxMessage> {
    if (this.#isInsideLine) {
      this.#isInsideLine = false;
      this.#isAfterBlank = false;
      this.#message().add(line);
      return;
    }
    if (this.#isAfterBlank && isFromLine(line)) {
      yield* this.#finish();
      this.#current = new MessageCollector(latin(line).trimEnd(), this.#sizeLimit);
      this.#isAfterBlank = false;
      return;
    }
    this.#isAfterBlank = isBlank(line);
    if (this.#isAfterBlank && !this.#current) return;
    this.#message().add(isQuotedFrom(line) ? line.subarray(1) : line);
  }

  *#finish(): Generator<MboxMessage> {
    const message = this.#current?.finished();
    this.#current = undefined;
    if (message) yield message;
  }

  #message(): MessageCollector {
    return (this.#current ??= new MessageCollector('', this.#sizeLimit));
  }
}

class MessageCollector {
  readonly #envelope: string;
  readonly #sizeLimit: number;
  readonly #pieces: Uint8Array[] = [];
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
    this.#pieces.push(stored);
    this.#storedBytes += stored.length;
  }

  /** The message without the empty line before the next From_ line. */
  finished(): MboxMessage {
    const raw = Buffer.concat(this.#pieces);
    const isTruncated = this.#size > this.#storedBytes;
    const separator = isTruncated ? 0 : trailingBlankLine(raw);
    return {
      envelope: this.#envelope,
      raw: raw.subarray(0, raw.length - separator),
      isTruncated,
      size: this.#size - separator,
    };
  }
}

function trailingBlankLine(raw: Buffer): number {
  const end = raw.subarray(-4).toString('latin1');
  if (end.endsWith('\n\r\n')) return 2;
  return end.endsWith('\n\n') ? 1 : 0;
}

const latin = (line: Uint8Array) => Buffer.from(line.buffer, line.byteOffset, line.byteLength).toString('latin1');

function isFromLine(line: Uint8Array): boolean {
  if (line[0] !== 0x46 || line.length > 500) return false;
  const text = latin(line);
  return FROM.test(text) && TIME.test(text) && YEAR.test(text);
}

const isBlank = (line: Uint8Array) => line.length <= 2 && line.every((byte) => byte === LINE_FEED || byte === 0x0d);

function isQuotedFrom(line: Uint8Array): boolean {
  if (line[0] !== 0x3e) return false;
  let at = 1;
  while (line[at] === 0x3e) at += 1;
  return line.length > at + 5 && latin(line.subarray(at, at + 5)) === 'From ';
}
