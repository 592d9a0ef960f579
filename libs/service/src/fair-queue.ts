import { DomainError } from '@cordee/contracts/domain-error';

export interface FairQueueLimits {
  /** The maximum number of tasks that run at the same time. */
  readonly maxRunning: number;
  /** The maximum number of running tasks with one key. Slow tasks of one key leave places for tasks of other keys. */
  readonly maxRunningPerKey: number;
  /** The maximum number of tasks that wait. */
  readonly maxWaiting: number;
  /** The longest time that a task waits, in milliseconds. */
  readonly maxWaitMs: number;
  /**
   * The maximum number of tasks that wait in overload: after tasks have waited for 250 ms without a pause. Other tasks
   * are refused at once, so that callers know it early and their tasks do not wait in vain. Default: `maxWaiting`.
   */
  readonly maxWaitingInOverload?: number;
}

interface WaitingTask {
  readonly start: () => void;
  readonly refuse: () => void;
}

/** The time after which a refused caller may try again, in seconds. */
const RETRY_AFTER_S = 1;
/** The longest time that a burst of tasks waits. A queue that is not empty for longer shows more work than capacity. */
const LONGEST_BURST_MS = 250;

/**
 * Limits the work of a process. Each task has a key: the id of its organization, or of another caller. Work beyond the
 * limit waits; free places go to the keys in turn, so that an organization with much work does not delay other
 * organizations. Work that would wait too long is refused.
 */
export class FairQueue {
  /** The waiting tasks by key. The key whose turn is next is the first key of the map. */
  private readonly waitingTasks = new Map<string, WaitingTask[]>();
  private readonly runningByKey = new Map<string, number>();
  private runningCount = 0;
  private waitingCount = 0;
  private refusedCount = 0;
  /** The time since which at least one task has always waited. */
  private notEmptySince = 0;

  constructor(private readonly limits: FairQueueLimits) {}

  /** The numbers of tasks, for metrics. `refused` counts all tasks that were ever refused. */
  get counts(): { running: number; waiting: number; refused: number } {
    return { running: this.runningCount, waiting: this.waitingCount, refused: this.refusedCount };
  }

  /**
   * Runs work when its turn comes. Throws SERVICE_UNAVAILABLE when it would wait longer than `maxWaitMs`, or when too
   * many tasks wait.
   */
  async run<T>(key: string, work: () => Promise<T>): Promise<T> {
    if (this.canStart(key)) this.onStart(key);
    else await this.wait(key);
    try {
      return await work();
    } finally {
      this.onEnd(key);
    }
  }

  /** Returns true and counts a refusal when `run` would refuse work of the key at once. */
  refusesAtOnce(key: string): boolean {
    if (this.canStart(key) || !this.isFull() || this.busiestKey(key) !== key) return false;
    this.refusedCount += 1;
    return true;
  }

  private isFull(): boolean {
    const { maxWaiting, maxWaitingInOverload = maxWaiting } = this.limits;
    if (this.waitingCount < maxWaitingInOverload) return false;
    return this.waitingCount >= maxWaiting || performance.now() - this.notEmptySince > LONGEST_BURST_MS;
  }

  private canStart(key: string): boolean {
    return (
      this.runningCount < this.limits.maxRunning && (this.runningByKey.get(key) ?? 0) < this.limits.maxRunningPerKey
    );
  }

  private onStart(key: string): void {
    this.runningCount += 1;
    this.runningByKey.set(key, (this.runningByKey.get(key) ?? 0) + 1);
  }

  private onEnd(key: string): void {
    this.runningCount -= 1;
    const remaining = this.runningByKey.get(key)! - 1;
    if (remaining === 0) this.runningByKey.delete(key);
    else this.runningByKey.set(key, remaining);
    this.startNext();
  }

  /** Resolves when the work has a place. */
  private wait(key: string): Promise<void> {
    if (this.isFull() && !this.refuseBusiest(key)) return Promise.reject(this.countRefusal());
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.remove(key, task);
        task.refuse();
      }, this.limits.maxWaitMs);
      const task: WaitingTask = {
        start: () => {
          clearTimeout(timer);
          resolve();
        },
        refuse: () => {
          clearTimeout(timer);
          reject(this.countRefusal());
        },
      };
      const queue = this.waitingTasks.get(key);
      if (queue) queue.push(task);
      else this.waitingTasks.set(key, [task]);
      if (this.waitingCount === 0) this.notEmptySince = performance.now();
      this.waitingCount += 1;
    });
  }

  /**
   * Makes room for a new task with the given key: refuses the newest task of the key with the most waiting tasks.
   * Returns false when no other key would have more waiting tasks than the given key.
   */
  private refuseBusiest(key: string): boolean {
    const busiest = this.busiestKey(key);
    if (busiest === key) return false;
    const newest = this.waitingTasks.get(busiest)!.at(-1)!;
    this.remove(busiest, newest);
    newest.refuse();
    return true;
  }

  /** Returns the key that would have the most waiting tasks if a new task with the given key waited. */
  private busiestKey(newKey: string): string {
    let busiest = newKey;
    let mostTasks = (this.waitingTasks.get(newKey)?.length ?? 0) + 1;
    for (const [key, tasks] of this.waitingTasks)
      if (tasks.length > mostTasks) [busiest, mostTasks] = [key, tasks.length];
    return busiest;
  }

  /** Starts the oldest task of the first key that may run one more task. */
  private startNext(): void {
    for (const [key, queue] of this.waitingTasks) {
      if (!this.canStart(key)) continue;
      const next = queue[0]!;
      this.remove(key, next);
      const rest = this.waitingTasks.get(key);
      // The key goes to the end of the map: the other keys have their turns first.
      if (rest) {
        this.waitingTasks.delete(key);
        this.waitingTasks.set(key, rest);
      }
      this.onStart(key);
      next.start();
      return;
    }
  }

  private remove(key: string, task: WaitingTask): void {
    const queue = this.waitingTasks.get(key)!;
    queue.splice(queue.indexOf(task), 1);
    if (queue.length === 0) this.waitingTasks.delete(key);
    this.waitingCount -= 1;
  }

  /** Counts a refused task and returns its error. */
  private countRefusal(): DomainError {
    this.refusedCount += 1;
    return new DomainError('SERVICE_UNAVAILABLE', {
      detail: 'too many calls at the moment',
      retryAfter: RETRY_AFTER_S,
    });
  }
}
