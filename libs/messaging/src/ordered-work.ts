/**
 * Runs work of different keys at the same time, and work of one key in the order in which it was added. Errors
 * that work throws are ignored: work handles its own errors.
 */
export class OrderedWork {
  private readonly lastByKey = new Map<string, Promise<void>>();
  private readonly unfinished = new Set<Promise<void>>();
  private readonly waitingForSlot: (() => void)[] = [];
  private runningCount = 0;

  /** `maxUnfinished` limits the work that runs or waits. */
  constructor(
    private readonly maxRunning: number,
    private readonly maxUnfinished: number,
  ) {}

  /** Adds work. Resolves when more work may be added. */
  async add(key: string, work: () => Promise<void>): Promise<void> {
    const previousWork = this.lastByKey.get(key) ?? Promise.resolve();
    const currentWork = previousWork
      .then(() => this.runInSlot(work))
      .catch(() => undefined)
      .finally(() => {
        this.unfinished.delete(currentWork);
        if (this.lastByKey.get(key) === currentWork) this.lastByKey.delete(key);
      });
    this.lastByKey.set(key, currentWork);
    this.unfinished.add(currentWork);
    if (this.unfinished.size >= this.maxUnfinished) await Promise.race(this.unfinished);
  }

  /** Resolves when all added work is finished. */
  async finish(): Promise<void> {
    await Promise.all(this.unfinished);
  }

  /** Runs the work in one of `maxRunning` slots. Waits while all slots are in use. */
  private async runInSlot(work: () => Promise<void>): Promise<void> {
    if (this.runningCount >= this.maxRunning) await new Promise<void>((resolve) => this.waitingForSlot.push(resolve));
    else this.runningCount += 1;
    try {
      await work();
    } finally {
      // The next waiting work takes over the slot, so `runningCount` does not change.
      const startNext = this.waitingForSlot.shift();
      if (startNext) startNext();
      else this.runningCount -= 1;
    }
  }
}
