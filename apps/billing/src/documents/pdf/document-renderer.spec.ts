import { WorkerLimitExceeded, WorkerPool } from '@cordee/service/worker-pool';
import { expect, it, jest } from '@jest/globals';
import type { DocumentContent } from './document-content.ts';
import { DocumentRenderer } from './document-renderer.ts';

it.each([
  [
    'DOCUMENT_TOO_LARGE when the thread exceeds its limit of time',
    new WorkerLimitExceeded('time'),
    { code: 'DOCUMENT_TOO_LARGE' },
  ],
  [
    'DOCUMENT_TOO_LARGE when the thread exceeds its limit of memory',
    new WorkerLimitExceeded('memory'),
    { code: 'DOCUMENT_TOO_LARGE' },
  ],
  ['the error of the thread when it is another error', new Error('a defect'), { message: 'a defect' }],
])('the renderer rejects with %s', async (_, error, rejection) => {
  const run = jest.spyOn(WorkerPool.prototype, 'run').mockRejectedValue(error);
  const renderer = new DocumentRenderer(1);
  try {
    await expect(renderer.render('org', {} as DocumentContent)).rejects.toMatchObject(rejection);
  } finally {
    run.mockRestore();
    await renderer.onApplicationShutdown();
  }
});
