/** A problem of the start that the operator can correct. The message names the variable and the address. */
export class StartError extends Error {}

/**
 * Runs the start of the process. Prints the message of a `StartError` without its stack and ends the process.
 * Unexpected errors are thrown and keep their stack. SIGTERM and SIGINT end the process at once, because a process that
 * starts has no work to finish; in a container, Node ignores these signals otherwise.
 */
export async function startOrExit<T>(start: () => T | Promise<T>): Promise<T> {
  const exit = (): never => process.exit(0);
  process.on('SIGTERM', exit);
  process.on('SIGINT', exit);
  try {
    return await start();
  } catch (error) {
    if (!(error instanceof StartError)) throw error;
    console.error(error.message);
    process.exit(1);
  } finally {
    process.off('SIGTERM', exit);
    process.off('SIGINT', exit);
  }
}

/** Error codes of `listen`, with the variable that is wrong and the problem. */
const listenProblems: Readonly<Record<string, [variable: 'host' | 'port', problem: string]>> = {
  EADDRINUSE: ['port', 'is in use'],
  EACCES: ['port', 'needs rights that this process does not have'],
  EADDRNOTAVAIL: ['host', 'is not an address of this machine'],
  ENOTFOUND: ['host', 'is not an address of this machine'],
};

/** Lets a server listen. Throws a `StartError` if the port in `variable` or the address in `HOST` cannot be used. */
export async function listenOrThrow<T>(
  { variable, host, port }: { variable: string; host: string; port: number },
  listen: () => Promise<T>,
): Promise<T> {
  try {
    return await listen();
  } catch (error) {
    const [wrong, problem] = listenProblems[String((error as NodeJS.ErrnoException).code)] ?? [];
    if (wrong === undefined) throw error;
    throw new StartError(`${wrong === 'host' ? 'HOST' : variable}: ${host}:${port} ${problem}`, { cause: error });
  }
}
