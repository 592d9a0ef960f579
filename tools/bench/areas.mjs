/** The areas that can be measured. An area has a file and the ids of its measurements. */
export const areas = {
  access: {
    title: 'access: decisions, lists and revocations',
    file: './access/area.mjs',
    ids: ['P1a', 'P1b', 'P1c', 'P1d', 'P1e', 'growth'],
  },
};
