import { describe, expect, it } from '@jest/globals';
import { printedContent } from '../../../test/printed-content.ts';
import type { DocumentContent } from './document-content.ts';
import { DocumentRenderer } from './document-renderer.ts';

const limits = { cpuMs: 20_000, memoryMib: 512 };

describe('the renderer rejects', () => {
  it.each([
    ['takes too much processor time', printedContent(5_000), { ...limits, cpuMs: 1 }, { code: 'DOCUMENT_TOO_LARGE' }],
    ['needs too much memory', printedContent(5_000), { ...limits, memoryMib: 64 }, { code: 'DOCUMENT_TOO_LARGE' }],
    ['is incomplete', {} as DocumentContent, limits, { message: expect.stringContaining('undefined') }],
  ])('a document that %s', async (_, content, rendererLimits, rejection) => {
    const renderer = new DocumentRenderer(1, undefined, rendererLimits);
    try {
      await expect(renderer.render('org', content)).rejects.toMatchObject(rejection);
    } finally {
      await renderer.onApplicationShutdown();
    }
  });
});
