import { deflateSync } from 'node:zlib';
import type { Pdf } from './page.ts';

/** An object with a stream, as pdfkit writes it. */
interface StreamReference {
  buffer: Uint8Array[];
  compress: boolean;
  readonly data: { Length?: number | null; Filter?: string };
  write(chunk: string | Uint8Array): void;
  end(): void;
}

interface OutputInternals {
  readonly page: { readonly content: StreamReference };
  _offset: number;
  _write(data: unknown): void;
  push(chunk: Uint8Array | null): boolean;
}

/**
 * Returns the bytes of a PDF when it ends. Call this function before the first page is written. pdfkit converts each
 * operator and each part of an object to bytes and sends it through a stream, which takes a tenth of the time of a
 * document: here, texts are converted together, in the same order.
 */
export function collectBytes(pdf: Pdf): Promise<Uint8Array> {
  const internals = pdf as unknown as OutputInternals;
  const chunks: Uint8Array[] = [];
  let text = '';
  const flush = (): void => {
    if (text !== '') chunks.push(Buffer.from(text, 'latin1'));
    text = '';
  };
  // pdfkit has already written the version.
  for (let chunk = pdf.read() as Uint8Array | null; chunk; chunk = pdf.read() as Uint8Array | null) chunks.push(chunk);
  internals._write = (data) => {
    if (data instanceof Uint8Array) {
      flush();
      chunks.push(data);
      internals._offset += data.length;
      return;
    }
    const line = `${String(data)}\n`;
    text += line;
    internals._offset += line.length;
  };
  pdf.on('pageAdded', () => joinOperators(internals.page.content));
  return new Promise((resolve) => {
    // pdfkit pushes null at the end.
    internals.push = () => {
      flush();
      resolve(Buffer.concat(chunks));
      return true;
    };
  });
}

/** Makes the content of a page convert and compress its operators together. */
function joinOperators(content: StreamReference): void {
  let text = Buffer.concat(content.buffer).toString('latin1');
  const write = content.write.bind(content);
  const end = content.end.bind(content);
  content.buffer = [];
  content.data.Length = null;
  content.compress = false;
  content.data.Filter = 'FlateDecode';
  content.write = (chunk) => {
    text += typeof chunk === 'string' ? `${chunk}\n` : Buffer.from(chunk).toString('latin1');
  };
  content.end = () => {
    write(deflateSync(Buffer.from(text, 'latin1')));
    end();
  };
}
