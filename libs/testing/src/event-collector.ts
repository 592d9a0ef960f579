/** Collects what comes in, and waits for it: specs wait for facts, not by the clock. */
export class EventCollector<T> {
  readonly all: T[] = [];
  private readonly waiting = new Set<() => void>();

  add(item: T): void {
    this.all.push(item);
    for (const look of this.waiting) look();
  }

  /** Everything so far, once there are this many. */
  count(wanted: number): Promise<T[]> {
    return this.until((all) => all.length >= wanted);
  }

  /** Everything so far, once it is enough. */
  async until(isEnough: (all: readonly T[]) => boolean, timeoutMs = 30_000): Promise<T[]> {
    const { promise, resolve, reject } = Promise.withResolvers<T[]>();
    const look = (): void => {
      if (isEnough(this.all)) resolve([...this.all]);
    };
    const timer = setTimeout(
      () => reject(new Error(`only ${JSON.stringify(this.all)} came within ${timeoutMs} ms`)),
      timeoutMs,
    );
    this.waiting.add(look);
    look();
    try {
      return await promise;
    } finally {
      clearTimeout(timer);
      this.waiting.delete(look);
    }
  }
}
