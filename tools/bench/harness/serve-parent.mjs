import { ownCpu } from './cpu.mjs';

/** The other side of `startChild`: handlers by what is asked; `stop` runs when whoever started us lets go. `cpu` answers for every process. */
export function serveParent({ stop, ...handlers }) {
  const known = { cpu: () => ownCpu(), ...handlers };
  process.on('message', ({ id, what, value }) => {
    Promise.resolve()
      .then(() => known[what](value))
      .then(
        (answer) => process.send?.({ id, answer }),
        (error) => process.send?.({ id, error: error.stack }),
      )
      // Whoever asked is gone.
      .catch(() => undefined);
  });
  process.on('disconnect', () => {
    Promise.resolve(stop?.()).finally(() => process.exit(0));
  });
}
