import { invalidBankFile } from './bank-file-errors.ts';

/** The XML declaration, which names the encoding, and the start of an MT940 file fit into this number of bytes. */
const HEAD_BYTES = 512;

/**
 * Decodes the chunks of a file with the encoding of its byte order mark, else of its XML declaration, else as UTF-8.
 * Invalid bytes are refused, never replaced. A chunk may end inside a character.
 */
export class BankFileText {
  private head = Buffer.alloc(0);
  private decoder: InstanceType<typeof TextDecoder> | undefined;
  private encoding = '';

  /** Returns the text of the next chunk. It is empty until the encoding is known. */
  write(chunk: Uint8Array): string {
    if (this.decoder) return this.decode(chunk, false);
    this.head = Buffer.concat([this.head, chunk]);
    return this.head.length < HEAD_BYTES ? '' : this.decodeHead(false);
  }

  /** Returns the remaining text after the last chunk. */
  end(): string {
    return this.decoder ? this.decode(new Uint8Array(), true) : this.decodeHead(true);
  }

  private decodeHead(isLast: boolean): string {
    this.encoding = encodingOf(this.head);
    try {
      this.decoder = new TextDecoder(this.encoding, { fatal: true });
    } catch {
      throw this.invalidEncoding();
    }
    const text = this.decode(this.head, isLast);
    this.head = Buffer.alloc(0);
    refuseMt940(text);
    return text;
  }

  private decode(bytes: Uint8Array, isLast: boolean): string {
    try {
      return this.decoder!.decode(bytes, { stream: !isLast });
    } catch {
      throw this.invalidEncoding();
    }
  }

  private invalidEncoding() {
    return invalidBankFile('the encoding is unknown, or the bytes are not valid in this encoding', [
      { pointer: '/', code: 'ENCODING_INVALID', detail: `read as ${this.encoding}` },
    ]);
  }
}

function encodingOf(head: Buffer): string {
  if (head[0] === 0xff && head[1] === 0xfe) return 'utf-16le';
  if (head[0] === 0xfe && head[1] === 0xff) return 'utf-16be';
  // The declaration is at the start of the file and contains only ASCII characters.
  const declaration = head.subarray(0, 200).toString('latin1');
  return /^<\?xml[^>]*encoding=["']([A-Za-z0-9._-]+)["']/.exec(declaration)?.[1] ?? 'UTF-8';
}

/** MT940 has neither references nor all amounts of a batch, so it cannot be matched reliably. */
function refuseMt940(text: string): void {
  if (!/^\s*(?:\{1:|:20:)/.test(text)) return;
  const detail =
    'this is an MT940 statement: request camt.053 and, for the payments of batches, camt.054 from the bank';
  throw invalidBankFile(detail, [{ pointer: 'line 1, column 1', code: 'KIND_MT940', detail, line: 1 }]);
}
