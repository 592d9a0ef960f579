import { ownCpu } from '../../measurement/cpu.mjs';

/**
 * Handles the requests of the parent process in a child process that `startChild` has started. Every child also has the
 * handler `cpu`. `stop` runs when the parent disconnects.
 */
export function handleRequests({ stop, ...handlers }) {
  const allHandlers = { cpu: () => ownCpu(), ...handlers };
  process.on('message', ({ id, handler, value }) => {
    Promise.resolve()
      .then(() => allHandlers[handler](value))
      .then(
        (answer) => process.send?.({ id, answer }),
        (error) => process.send?.({ id, error: error.stack }),
      )
      // `send` fails when the parent has ended.
      .catch(() => undefined);
  });
  process.on('disconnect', () => {
    Promise.resolve(stop?.()).finally(() => process.exit(0));
  });
}
