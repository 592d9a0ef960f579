/** npm forwards Ctrl-C, so one Ctrl-C arrives twice. */
const REPEAT_MS = 500;
const EXIT_CODE_OF_SIGINT = 130;

/**
 * Watches for SIGINT. The first signal calls `onFirstSignal` and sets `isStopped`, so that the run ends with a report.
 * The second signal ends the process.
 */
export function watchInterrupt(onFirstSignal) {
  let firstAt;
  const onSignal = () => {
    const now = performance.now();
    if (firstAt === undefined) {
      firstAt = now;
      return onFirstSignal();
    }
    if (now - firstAt > REPEAT_MS) process.exit(EXIT_CODE_OF_SIGINT);
  };
  process.on('SIGINT', onSignal);
  return { isStopped: () => firstAt !== undefined, close: () => process.off('SIGINT', onSignal) };
}
