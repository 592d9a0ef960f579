/** The areas that can be measured. An area has a file and the ids of its measurements. */
export const areas = {
  access: {
    title: 'access: decisions, lists and revocations',
    file: './access/area.mjs',
    ids: ['P1a', 'P1b', 'P1c', 'P1d', 'P1e', 'growth'],
  },
  platform: {
    title: 'platform: calls through all of it, events, round trips, memory',
    file: './platform/area.mjs',
    ids: ['P2a', 'P2b', 'P2c', 'P2d', 'P2e', 'P2f', 'P2g', 'P2h', 'P2i', 'P6a', 'P7', 'P9'],
  },
};
