import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from 'pino';

/** The time for the requests and jobs that are running. After this time the process exits without waiting. */
const FINISH_MS = 10_000;

interface StopOptions {
  /** The time in milliseconds between `reportNotReady` and `stop`, in which load balancers notice the report. */
  readonly drainMs: number;
  /** Reports the process as not ready. The process still accepts requests. */
  readonly reportNotReady: () => void;
  /** Accepts no further requests, finishes the running requests and closes all connections. */
  readonly stop: () => Promise<void>;
}

/** Stops gracefully on SIGTERM and SIGINT. A second signal ends the process at once. */
export function stopOnSignal(log: Logger, { drainMs, reportNotReady, stop }: StopOptions): void {
  let isStopping = false;
  const onSignal = (signal: NodeJS.Signals): void => {
    if (isStopping) process.exit(1);
    isStopping = true;
    log.info({ signal, drainMs }, 'stopping');
    setTimeout(() => process.exit(1), drainMs + FINISH_MS).unref();
    reportNotReady();
    sleep(drainMs)
      .then(stop)
      .then(
        () => process.exit(0),
        (error: unknown) => {
          log.error({ err: error }, 'the stop failed');
          process.exit(1);
        },
      );
  };
  process.on('SIGTERM', onSignal);
  process.on('SIGINT', onSignal);
}
