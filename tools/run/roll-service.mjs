import { nextFree } from '../infra/ports.mjs';
import { lastLines } from './run-command.mjs';
import { statusOf, waitFor } from './wait-for-port.mjs';
import { StepFailure } from './step-failure.mjs';

/** Removes the log lines of other processes. Both processes of a service write to the same log. */
export const linesOfProcess = (lines, pid) => lines.filter((line) => (/"pid":(\d+)/.exec(line)?.[1] ?? pid) == pid);

const READY_MS = 60_000;

/**
 * Replaces the process of a service without interruption: starts the new process beside the old one, waits until the
 * new one is ready, and stops the old one. `create(opsPort)` starts the new process. When it does not become ready, it
 * is stopped and the old process stays. Returns the new process.
 */
export async function rollService(previous, create) {
  const opsPort = await nextFree(previous.opsPort + 1);
  const next = create(opsPort);
  const isReadyOrEnded = async () =>
    next.hasEndedDuringStart || (await statusOf(`http://127.0.0.1:${opsPort}/health/ready`)) === 200;
  const isInTime = await waitFor(isReadyOrEnded, READY_MS);
  if (!isInTime || next.hasEndedDuringStart) {
    await next.stop();
    const problem = next.hasEndedDuringStart ? 'ended while it started' : `is not ready after ${READY_MS / 1_000} s`;
    throw new StepFailure(
      `The new process of ${next.name} ${problem}; the old process still runs. The log is ${next.log}`,
      linesOfProcess(lastLines(next.log, 200), next.pid).slice(-15),
    );
  }
  next.markReady();
  await previous.stop();
  return next;
}
