import { parentPort } from 'node:worker_threads';
import { DomainError } from '@cordee/contracts/domain-error';
import type { WorkerMessage } from './worker-protocol.ts';

/**
 * Handles the tasks of a `WorkerPool`. The file of the worker thread calls this function once. `sendPart` sends a part
 * of the output that remains valid when the task exceeds a limit later.
 */
export function serveWork<Input, Output, Part = never>(
  handle: (input: Input, sendPart: (part: Part) => void) => Output | Promise<Output>,
): void {
  const port = parentPort!;
  const send = (message: WorkerMessage<Output, Part>): void => port.postMessage(message);
  const sendPart = (part: Part): void => send({ kind: 'part', part });
  port.on('message', (input: Input) => {
    void (async () => handle(input, sendPart))().then(
      (output) => send({ kind: 'done', output }),
      (error: unknown) => send(failureOf(error)),
    );
  });
  send({ kind: 'ready' });
}

function failureOf(error: unknown): WorkerMessage<never, never> {
  if (error instanceof DomainError) {
    const { code, status, detail, errors, retryAfter } = error;
    return {
      kind: 'rejected',
      code,
      options: {
        errors,
        ...(status === undefined ? {} : { status }),
        ...(detail === undefined ? {} : { detail }),
        ...(retryAfter === undefined ? {} : { retryAfter }),
      },
    };
  }
  const { message, stack } = error instanceof Error ? error : new Error(String(error));
  return { kind: 'failed', message, stack };
}
