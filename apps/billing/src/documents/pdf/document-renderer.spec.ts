import { WorkerLimitExceeded, WorkerPool } from '@cordee/service/worker-pool';
import { expect, it, jest } from '@jest/globals';
import type { DocumentContent } from './document-content.ts';
import { DocumentRenderer } from './document-renderer.ts';

it.each([
  ['the limit of time', new WorkerLimitExceeded('time'), { code: 'DOCUMENT_TOO_LARGE' }],
  ['the limit of memory', new WorkerLimitExceeded('memory'), { code: 'DOCUMENT_TOO_LARGE' }],
  ['another error', new Error('a defect'), { message: 'a defect' }],
])('a document that ends its thread by %s has a declared answer', async (_, error, answer) => {
  const run = jest.spyOn(WorkerPool.prototype, 'run').mockRejectedValue(error);
  const renderer = new DocumentRenderer(1);
  try {
    await expect(renderer.render('org', {} as DocumentContent)).rejects.toMatchObject(answer);
  } finally {
    run.mockRestore();
    await renderer.onApplicationShutdown();
  }
});
