import { threadId } from 'node:worker_threads';
import { DomainError } from '@cordee/contracts/domain-error';
import { serveWork } from '@cordee/service/serve-work';

/** Runs a task for the spec of `WorkerPool`, and returns the id of the thread. */
serveWork(async (work: string, sendPart: (part: string) => void): Promise<number> => {
  sendPart(`part of ${work}`);
  if (work === 'loop') for (;;);
  if (work === 'backtrack') /^(a+)+$/.test(`${'a'.repeat(60)}b`);
  if (work === 'wait') await new Promise(() => undefined);
  if (work === 'fill') for (const lists: string[][] = []; ;) lists.push(Array<string>(10_000).fill(work));
  if (work === 'reject') throw new DomainError('WORK_REFUSED', { detail: 'too odd', status: 422 });
  if (work === 'fail') throw new TypeError('the work has a bug');
  if (work === 'exit') process.exit(3);
  return threadId;
});
