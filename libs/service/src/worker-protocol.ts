import type { DomainErrorOptions } from '@cordee/contracts/domain-error';

/**
 * The messages of a worker thread: `ready` once after it has loaded its code, then one answer to each task. Parts of
 * the output can come before the answer.
 */
export type WorkerMessage<Output, Part> =
  | { kind: 'ready' }
  | { kind: 'part'; part: Part }
  | { kind: 'done'; output: Output }
  | { kind: 'rejected'; code: string; options: DomainErrorOptions }
  | { kind: 'failed'; message: string; stack: string | undefined };
