import { spawn } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { identityOf, stopProcess } from '../infra/processes.mjs';
import { lastLines } from './run-command.mjs';
import { recordProcess } from './recorded-processes.mjs';
import { print } from './progress.mjs';
import { StepFailure } from './step-failure.mjs';

const restartLimit = { count: 5, ms: 60_000 };

/**
 * A process of a service with its log. The process is detached, so that `stop()` ends it and not Ctrl-C: the processes
 * must end in the right order. When the process ends before `markReady()`, the start has failed. When the process ends
 * later, it is restarted, up to a limit.
 */
export class ServiceProcess {
  #options;
  #identity;
  #isReady = false;
  #isStopping = false;
  #hasEndedDuringStart = false;
  #restartTimes = [];

  constructor(options) {
    // { name, node, nodeOptions, file, env, folder, socketFd, keepsLog, onFailure }
    this.#options = options;
    this.log = path.join(options.folder, 'logs', `${options.name}.log`);
    if (!fs.existsSync(options.file)) throw new StepFailure(`${options.file} is missing: was it built?`);
    if (!options.keepsLog) fs.writeFileSync(this.log, '', { mode: 0o600 });
    this.#spawn();
  }

  markReady() {
    this.#isReady = true;
  }

  /** Kills the process to simulate a crash. The process is restarted. */
  kill() {
    process.kill(this.#identity.pid, 'SIGKILL');
  }

  /** True when the process ended before `markReady()`. */
  get hasEndedDuringStart() {
    return this.#hasEndedDuringStart;
  }

  get opsPort() {
    return Number(this.#options.env.OPS_PORT);
  }

  get name() {
    return this.#options.name;
  }

  get pid() {
    return this.#identity.pid;
  }

  async stop() {
    this.#isStopping = true;
    await stopProcess(this.#identity, [
      ['SIGTERM', Number(this.#options.env.DRAIN_MS ?? 0) + 15_000],
      ['SIGKILL', 5_000],
    ]);
  }

  #spawn() {
    const { name, node, nodeOptions = [], file, env, folder, socketFd } = this.#options;
    const output = fs.openSync(this.log, 'a');
    const child = spawn(node, ['--enable-source-maps', ...nodeOptions, file], {
      detached: true,
      // The process inherits the socket as file descriptor 3.
      stdio: ['ignore', output, output, ...(socketFd === undefined ? [] : [socketFd])],
      env,
      cwd: folder,
    });
    fs.closeSync(output);
    this.#identity = identityOf(child.pid);
    recordProcess(folder, { name, opsPort: env.OPS_PORT, ...this.#identity });
    child.on('exit', (code, signal) => this.#onExit(signal ?? `exit code ${code}`));
  }

  #onExit(reason) {
    if (this.#isStopping) return;
    const { name, onFailure } = this.#options;
    if (!this.#isReady) {
      this.#hasEndedDuringStart = true;
      return onFailure(
        new StepFailure(`${name} ended while starting (${reason}); its log is ${this.log}`, lastLines(this.log)),
      );
    }
    const now = Date.now();
    this.#restartTimes = [...this.#restartTimes.filter((at) => now - at < restartLimit.ms), now];
    if (this.#restartTimes.length > restartLimit.count) {
      return onFailure(
        new StepFailure(`${name} ends repeatedly (${reason}); its log is ${this.log}`, lastLines(this.log)),
      );
    }
    print(`  ! ${name} ended (${reason}) and is restarted`);
    setTimeout(() => this.#isStopping || this.#spawn(), 1_000);
  }
}
