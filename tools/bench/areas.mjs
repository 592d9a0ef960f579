/** What can be measured: by area, the file that knows how, and the ids of its measurements. */
export const areas = {
  access: {
    title: 'access: who may do what, decided, looked up and taken back',
    file: './access/area.mjs',
    ids: ['P1a', 'P1b', 'P1c', 'P1d', 'P1e', 'growth'],
  },
};
