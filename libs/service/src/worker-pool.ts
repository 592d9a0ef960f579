import type { Transferable } from 'node:worker_threads';
import { DomainError } from '@cordee/contracts/domain-error';
import { FairQueue } from './fair-queue.ts';
import { WorkerThread } from './worker-thread.ts';

export { WorkerLimitExceeded } from './worker-thread.ts';

/** When this many tasks wait, a further task is refused. */
const MAX_WAITING = 100;
/** The longest time that a task waits for a thread. */
const MAX_WAIT_MS = 30_000;

interface WorkerPoolOptions {
  /** The file of the worker thread, which calls `serveWork`. */
  readonly file: URL;
  /** The maximum number of threads. */
  readonly threads: number;
  /** The limit of the JavaScript memory of a thread. */
  readonly memoryMib: number;
  /** The limit of the memory of new objects. A small limit saves memory in a thread that creates many objects. */
  readonly youngMemoryMib?: number;
  /** The `workerData` of each thread: what all tasks need. */
  readonly data?: unknown;
}

/**
 * Runs tasks that take much processor time in worker threads, with limits of time and memory. A thread whose task
 * exceeds a limit ends and is replaced. The first threads start when they are needed.
 */
export class WorkerPool<Input, Output, Part = never> {
  private readonly queue: FairQueue;
  private readonly idleThreads: WorkerThread<Input, Output, Part>[] = [];
  private readonly allThreads = new Set<WorkerThread<Input, Output, Part>>();
  private hasStopped = false;

  constructor(private readonly options: WorkerPoolOptions) {
    const { threads } = options;
    this.queue = new FairQueue({
      maxRunning: threads,
      // One thread stays free for tasks of other keys, if there are at least two threads.
      maxRunningPerKey: Math.max(1, threads - 1),
      maxWaiting: MAX_WAITING,
      maxWaitMs: MAX_WAIT_MS,
    });
  }

  /**
   * Runs a task when a thread is free. `key` is the id of the organization of the task, or another key; the keys get
   * threads in turn. Rejects with `WorkerLimitExceeded` when the task takes more processor time than `cpuMs` or too
   * much memory, with the error of the task, or with SERVICE_UNAVAILABLE when the task waits too long for a thread or
   * too many tasks wait. `onPart` receives the parts of the output that the task sends before it ends. `transferred`
   * are objects of the input that move to the thread.
   */
  run(
    key: string,
    input: Input,
    cpuMs: number,
    onPart: (part: Part) => void = () => {},
    transferred: readonly Transferable[] = [],
  ): Promise<Output> {
    return this.queue.run(key, async () => {
      const thread = this.takeIdleThread() ?? this.start();
      try {
        return await thread.run(input, cpuMs, onPart, transferred);
      } finally {
        if (thread.isUsable) this.idleThreads.push(thread);
        else this.replace(thread);
      }
    });
  }

  /** Ends all threads, and refuses further tasks. Nest calls this method when the service stops. */
  async onApplicationShutdown(): Promise<void> {
    this.hasStopped = true;
    await Promise.all([...this.allThreads].map((thread) => thread.terminate()));
  }

  /** Takes an idle thread, and removes the threads that have ended while they were idle. */
  private takeIdleThread(): WorkerThread<Input, Output, Part> | undefined {
    for (let thread = this.idleThreads.pop(); thread; thread = this.idleThreads.pop()) {
      if (thread.isUsable) return thread;
      this.allThreads.delete(thread);
    }
    return undefined;
  }

  /** Starts the next thread at once, because the start takes longer than most tasks. */
  private replace(thread: WorkerThread<Input, Output, Part>): void {
    this.allThreads.delete(thread);
    if (!this.hasStopped) this.idleThreads.push(this.start());
  }

  private start(): WorkerThread<Input, Output, Part> {
    if (this.hasStopped) throw new DomainError('SERVICE_UNAVAILABLE', { detail: 'the service stops', retryAfter: 1 });
    const thread = new WorkerThread<Input, Output, Part>(this.options.file, this.options);
    this.allThreads.add(thread);
    return thread;
  }
}
