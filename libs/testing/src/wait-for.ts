/**
 * Polls until `readValue` returns a value, and resolves with the value. After the timeout, rejects with an error that
 * contains the description.
 */
export async function waitFor<T>(
  readValue: () => Promise<T | undefined | false>,
  description: string,
  timeoutMs = 30_000,
): Promise<T> {
  const deadline = performance.now() + timeoutMs;
  for (;;) {
    const value = await readValue();
    if (value) return value;
    if (performance.now() > deadline) throw new Error(`${description} did not happen within ${timeoutMs} ms`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
