import { expect, test } from '@jest/globals';
import { prepareStreams } from './prepare-streams.mjs';

test.each([['access'], ['orders'], ['mixed']])(
  '%s is refused without products before any request',
  async (scenario) => {
    await expect(prepareStreams({}, { scenario, products: 0 })).rejects.toThrow(/--products 0/);
  },
);
