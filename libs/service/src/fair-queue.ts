import { DomainError } from '@cordee/contracts/domain-error';

export interface FairQueueLimits {
  /** The maximum number of tasks that run at the same time. */
  readonly maxRunning: number;
  /** The maximum number of running tasks of one organization. Its slow tasks leave places for other organizations. */
  readonly maxRunningPerOrganization: number;
  /** The maximum number of tasks that wait. */
  readonly maxWaiting: number;
  /** The longest time that a task waits, in milliseconds. */
  readonly maxWaitMs: number;
}

interface WaitingTask {
  readonly start: () => void;
  readonly refuse: () => void;
}

/** The time after which a refused caller may try again, in seconds. */
const RETRY_AFTER_S = 1;

/**
 * Limits the work of a process. Work beyond the limit waits; free places go to the organizations in turn, so that an
 * organization with much work does not delay other organizations. Work that would wait too long is refused.
 */
export class FairQueue {
  /** The waiting tasks by organization. The organization whose turn is next is the first key. */
  private readonly waitingTasks = new Map<string, WaitingTask[]>();
  private readonly runningByOrganization = new Map<string, number>();
  private runningCount = 0;
  private waitingCount = 0;
  private refusedCount = 0;

  constructor(private readonly limits: FairQueueLimits) {}

  /** The numbers of tasks, for metrics. `refused` counts all tasks that were ever refused. */
  get counts(): { running: number; waiting: number; refused: number } {
    return { running: this.runningCount, waiting: this.waitingCount, refused: this.refusedCount };
  }

  /**
   * Runs work when its turn comes. Throws SERVICE_UNAVAILABLE when it would wait longer than `maxWaitMs`, or when too
   * many tasks wait. Work without an organization has another key, for example its account.
   */
  async run<T>(organization: string, work: () => Promise<T>): Promise<T> {
    if (this.canStart(organization)) this.onStart(organization);
    else await this.wait(organization);
    try {
      return await work();
    } finally {
      this.onEnd(organization);
    }
  }

  private canStart(organization: string): boolean {
    return (
      this.runningCount < this.limits.maxRunning &&
      (this.runningByOrganization.get(organization) ?? 0) < this.limits.maxRunningPerOrganization
    );
  }

  private onStart(organization: string): void {
    this.runningCount += 1;
    this.runningByOrganization.set(organization, (this.runningByOrganization.get(organization) ?? 0) + 1);
  }

  private onEnd(organization: string): void {
    this.runningCount -= 1;
    const remaining = this.runningByOrganization.get(organization)! - 1;
    if (remaining === 0) this.runningByOrganization.delete(organization);
    else this.runningByOrganization.set(organization, remaining);
    this.startNext();
  }

  /** Resolves when the work has a place. */
  private wait(organization: string): Promise<void> {
    if (this.waitingCount >= this.limits.maxWaiting && !this.refuseBusiest(organization))
      return Promise.reject(this.countRefusal());
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.remove(organization, task);
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
      const queue = this.waitingTasks.get(organization);
      if (queue) queue.push(task);
      else this.waitingTasks.set(organization, [task]);
      this.waitingCount += 1;
    });
  }

  /**
   * Makes room for a new task of an organization: refuses the newest task of the organization with the most waiting
   * tasks. Returns false when no other organization would have more waiting tasks than the given organization.
   */
  private refuseBusiest(organization: string): boolean {
    let busiest = organization;
    let mostTasks = (this.waitingTasks.get(organization)?.length ?? 0) + 1;
    for (const [key, tasks] of this.waitingTasks)
      if (tasks.length > mostTasks) [busiest, mostTasks] = [key, tasks.length];
    if (busiest === organization) return false;
    const newest = this.waitingTasks.get(busiest)!.at(-1)!;
    this.remove(busiest, newest);
    newest.refuse();
    return true;
  }

  /** Starts the oldest task of the first organization that may run one more task. */
  private startNext(): void {
    for (const [organization, queue] of this.waitingTasks) {
      if (!this.canStart(organization)) continue;
      const next = queue[0]!;
      this.remove(organization, next);
      const rest = this.waitingTasks.get(organization);
      // The organization goes to the end of the map: the other organizations have their turns first.
      if (rest) {
        this.waitingTasks.delete(organization);
        this.waitingTasks.set(organization, rest);
      }
      this.onStart(organization);
      next.start();
      return;
    }
  }

  private remove(organization: string, task: WaitingTask): void {
    const queue = this.waitingTasks.get(organization)!;
    queue.splice(queue.indexOf(task), 1);
    if (queue.length === 0) this.waitingTasks.delete(organization);
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
