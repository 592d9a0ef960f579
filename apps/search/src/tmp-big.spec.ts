import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { Customer, letter, mbox, SearchWorld } from './search-world.ts';
let world: SearchWorld;
beforeAll(async () => { world = await SearchWorld.start(); });
afterAll(() => world.test.stop());
it('big', async () => {
  const c = new Customer(world);
  const words = Array.from({ length: 30000 }, (_, i) => `mot${(i * 7919) % 30011}`);
  const file = mbox(...Array.from({ length: 4500 }, (_, n) => letter({ subject: `s ${n}`, text: words.slice((n * 13) % 28000, ((n * 13) % 28000) + 1150).join(' ') })));
  const fileId = await c.upload(file, 'application/mbox');
  const { importMessages } = await import('@cordee/contracts/search/search');
  const s = performance.now();
  const out = await world.test.call(importMessages, { organizationId: c.organizationId, resourceId: c.mailbox, fileId }, c.as('ben'), { timeoutMs: 120_000 });
  const t = performance.now() - s;
  process.stderr.write(`\nBIG ${(file.length / 1e6).toFixed(0)}MB ${t.toFixed(0)} ms rss ${(process.memoryUsage().rss / 1e6).toFixed(0)} ${JSON.stringify(out)}\n`);
  const s2 = performance.now(); await c.search('mot777 mot778', 'ben', { limit: 200 }); process.stderr.write(`search ${(performance.now() - s2).toFixed(0)} ms\n`);
  expect(out.accepted).toBe(4500);
}, 200_000);
