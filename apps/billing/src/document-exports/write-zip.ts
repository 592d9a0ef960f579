import { once } from 'node:events';
import type { PassThrough } from 'node:stream';
import { ZipFile } from 'yazl';

/**
 * Writes PDFs as a ZIP file. Each PDF is in memory until it is written. The PDFs are not compressed again: their
 * contents are compressed already.
 */
export async function writeZip(
  pdfs: AsyncIterable<{ number: string; bytes: Uint8Array }>,
  now: Date,
  write: (bytes: Uint8Array) => Promise<void>,
): Promise<void> {
  const zip = new ZipFile();
  const outputStream = zip.outputStream as PassThrough;
  const writing = (async () => {
    for await (const chunk of outputStream) await write(chunk as Buffer);
  })();
  const adding = (async () => {
    for await (const { number, bytes } of pdfs) {
      zip.addBuffer(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength), `${number}.pdf`, {
        compress: false,
        mtime: now,
      });
      if (outputStream.writableNeedDrain) await Promise.race([once(outputStream, 'drain'), writing]);
    }
    zip.end();
  })();
  try {
    await Promise.all([adding, writing]);
  } catch (error) {
    outputStream.destroy();
    throw error;
  }
}
