/** npm forwards Ctrl-C, so one Ctrl-C arrives twice. */
const REPEAT_MS = 500;
const EXIT_CODE_OF_SIGINT = 130;

/** Ends the run at the first SIGINT, so that a report is still written, and the process at the second. */
export function watchInterrupt(onFirst) {
  let firstAt;
  const onSignal = () => {
    const now = performance.now();
    if (firstAt === undefined) {
      firstAt = now;
      return onFirst();
    }
    if (now - firstAt > REPEAT_MS) process.exit(EXIT_CODE_OF_SIGINT);
  };
  process.on('SIGINT', onSignal);
  return { isStopped: () => firstAt !== undefined, close: () => process.off('SIGINT', onSignal) };
}
