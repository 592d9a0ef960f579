import { Worker, type Transferable } from 'node:worker_threads';
import { DomainError } from '@cordee/contracts/domain-error';
import type { WorkerMessage } from './worker-protocol.ts';

/** The interval at which the processor time of a task is read. */
const CHECK_MS = 50;
/**
 * The elapsed time of a task may be this many times its limit of processor time, because a busy machine delays the
 * task.
 */
const ELAPSED_FACTOR = 20;
const MICROSECONDS_PER_MS = 1_000;

/** Thrown when a task exceeds a limit. The thread of the task has ended. */
export class WorkerLimitExceeded extends Error {
  override name = 'WorkerLimitExceeded';

  constructor(readonly limit: 'time' | 'memory') {
    super(`the work exceeds the limit of ${limit}`);
  }
}

/** A worker thread, which runs one task at a time. */
export class WorkerThread<Input, Output, Part> {
  private readonly worker: Worker;
  private readonly ready: Promise<void>;
  private onMessage: (message: Answer<Output>) => void = () => {};
  private onPart: (part: Part) => void = () => {};
  private onEnd: (error: Error) => void = () => {};
  private hasEnded = false;

  constructor(
    file: URL,
    { memoryMib, youngMemoryMib, data }: { memoryMib: number; youngMemoryMib?: number | undefined; data?: unknown },
  ) {
    this.worker = new Worker(file, {
      workerData: data,
      resourceLimits: {
        maxOldGenerationSizeMb: memoryMib,
        ...(youngMemoryMib === undefined ? {} : { maxYoungGenerationSizeMb: youngMemoryMib }),
      },
      // Tests run the TypeScript sources without a build.
      ...(file.pathname.endsWith('.ts')
        ? { execArgv: ['--conditions=@cordee/source', '--experimental-transform-types', '--no-warnings'] }
        : {}),
    });
    // A thread without work does not keep the process running.
    this.worker.unref();
    this.worker.on('message', (message: WorkerMessage<Output, Part>) =>
      message.kind === 'part' ? this.onPart(message.part) : this.onMessage(message),
    );
    this.worker.on('error', (error: Error & { code?: string }) =>
      this.end(error.code === 'ERR_WORKER_OUT_OF_MEMORY' ? new WorkerLimitExceeded('memory') : error),
    );
    this.worker.on('exit', () => this.end(new Error('the worker thread has ended')));
    this.ready = this.nextMessage().then(() => undefined);
    // `run` reports the failure.
    this.ready.catch(() => undefined);
  }

  /** True until the thread ends. */
  get isUsable(): boolean {
    return !this.hasEnded;
  }

  /**
   * Runs a task. Rejects with the error of the task, with `WorkerLimitExceeded` when the task uses more processor time
   * than `cpuMs` or too much memory, or with another error when the thread ends. `onPart` receives the parts of the
   * output that the task sends before it ends. `transferred` are objects of the input that move to the thread, for
   * example message ports.
   */
  async run(
    input: Input,
    cpuMs: number,
    onPart: (part: Part) => void,
    transferred: readonly Transferable[] = [],
  ): Promise<Output> {
    this.worker.ref();
    try {
      await this.ready;
      const stopChecks = await this.limitTime(cpuMs);
      try {
        this.onPart = onPart;
        const answer = this.nextMessage();
        this.worker.postMessage(input, transferred);
        return outputOf(await answer);
      } finally {
        stopChecks();
      }
    } finally {
      this.worker.unref();
    }
  }

  async terminate(): Promise<void> {
    await this.worker.terminate();
  }

  /** Returns the next message that is not a part of the output. */
  private nextMessage(): Promise<Answer<Output>> {
    return new Promise((resolve, reject) => {
      this.onMessage = resolve;
      this.onEnd = reject;
      if (this.hasEnded) reject(new Error('the worker thread has ended'));
    });
  }

  private end(error: Error): void {
    this.hasEnded = true;
    this.onEnd(error);
  }

  /** Ends the thread when the task takes too much processor time. Returns a function that stops the checks. */
  private async limitTime(cpuMs: number): Promise<() => void> {
    const usedMs = async (): Promise<number> => {
      const { user, system } = await this.worker.cpuUsage();
      return (user + system) / MICROSECONDS_PER_MS;
    };
    const usedMsBefore = await usedMs();
    const startedAt = performance.now();
    let isTaskRunning = true;
    const exceed = (): void => {
      // A check can end after its task, and must not end the next task.
      if (!isTaskRunning) return;
      this.end(new WorkerLimitExceeded('time'));
      void this.worker.terminate();
    };
    const timer = setInterval(() => {
      if (performance.now() - startedAt > cpuMs * ELAPSED_FACTOR) return exceed();
      // The promise rejects when the thread ends meanwhile.
      void usedMs().then(
        (used) => used - usedMsBefore > cpuMs && exceed(),
        () => undefined,
      );
    }, CHECK_MS);
    return () => {
      isTaskRunning = false;
      clearInterval(timer);
    };
  }
}

type Answer<Output> = Exclude<WorkerMessage<Output, never>, { kind: 'part' }>;

function outputOf<Output>(message: Answer<Output>): Output {
  switch (message.kind) {
    case 'done':
      return message.output;
    case 'rejected':
      throw new DomainError(message.code, message.options);
    case 'failed':
      throw Object.assign(new Error(message.message), { stack: message.stack });
    case 'ready':
      throw new Error('the worker thread has loaded its code twice');
  }
}
