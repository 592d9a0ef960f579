import { expect, it } from '@jest/globals';
import { releaseStartupMemory } from './release-startup-memory.ts';

const MIB = 1_048_576;

it('releases the memory of unused objects to the operating system', () => {
  const createGarbage = (): number => Array.from({ length: 2_000_000 }, (_, index) => ({ index })).length;
  createGarbage();
  const heapBefore = process.memoryUsage().heapTotal;
  releaseStartupMemory();
  expect(heapBefore - process.memoryUsage().heapTotal).toBeGreaterThan(20 * MIB);
});
