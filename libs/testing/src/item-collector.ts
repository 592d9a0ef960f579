/** Collects items. Specs wait for a condition on the items, and never for a time. */
export class ItemCollector<T> {
  readonly all: T[] = [];
  private readonly checks = new Set<() => void>();

  add(item: T): void {
    this.all.push(item);
    for (const check of this.checks) check();
  }

  /** Resolves with all items when there are at least `minimum`. */
  untilCount(minimum: number): Promise<T[]> {
    return this.until((all) => all.length >= minimum);
  }

  /** Resolves with all items when the condition is true. */
  async until(isEnough: (all: readonly T[]) => boolean, timeoutMs = 30_000): Promise<T[]> {
    const { promise, resolve, reject } = Promise.withResolvers<T[]>();
    const check = (): void => {
      if (isEnough(this.all)) resolve([...this.all]);
    };
    const timer = setTimeout(
      () => reject(new Error(`only ${JSON.stringify(this.all)} arrived within ${timeoutMs} ms`)),
      timeoutMs,
    );
    this.checks.add(check);
    check();
    try {
      return await promise;
    } finally {
      clearTimeout(timer);
      this.checks.delete(check);
    }
  }
}
