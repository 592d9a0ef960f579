import type { MessagePort } from 'node:worker_threads';
import type { BankFileOutline, EntrySet } from './bank-file.ts';

/**
 * The task of a reader thread. The thread asks for the chunks of the file over `port`, one after the other. `check`
 * only checks the file. `book` also sends its entries, and continues after each set when the service has processed it.
 */
export interface ReadingTask {
  readonly purpose: 'check' | 'book';
  readonly port: MessagePort;
}

/**
 * A request of the thread; the service answers each request before the next one comes. The thread gives the buffer of
 * the last chunk back for the next chunk: new buffers would fill the memory until they are collected.
 */
export type ReaderRequest =
  | { readonly kind: 'chunk'; readonly usedBuffer?: ArrayBuffer | undefined }
  | { readonly kind: 'set'; readonly set: EntrySet };
/** The answer to a request: the next chunk, or nothing after the last chunk and after a set. */
export type ReaderAnswer = { readonly bytes?: Uint8Array<ArrayBuffer> | undefined };

/** The result of a task. */
export interface ReadingResult {
  readonly outline: BankFileOutline;
  /** The entries of a checked file that has at most one set; undefined for a larger file. */
  readonly onlySet: EntrySet | undefined;
}
