import { spawn } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { remember, stopProcess } from '../infra/processes.mjs';
import { lastLines } from './child.mjs';
import { noteProcess } from './own-processes.mjs';
import { say } from './progress.mjs';
import { StepFailure } from './step-failure.mjs';

const oftenMeans = { times: 5, ms: 60_000 };

/**
 * A long-running process of ours with its log. It is detached, so that Ctrl-C reaches it through `stop()` alone, in our order.
 * Before `markReady()` its end is a failure of the start; afterwards it is started again, unless it keeps ending.
 */
export class ServiceProcess {
  #options;
  #running;
  #isReady = false;
  #isStopping = false;
  #restarts = [];

  constructor(options) {
    this.#options = options; // { name, node, nodeOptions, file, env, folder, onFailure }
    this.log = path.join(options.folder, 'logs', `${options.name}.log`);
    if (!fs.existsSync(options.file)) throw new StepFailure(`${options.file} is missing: was it built?`);
    fs.writeFileSync(this.log, '', { mode: 0o600 });
    this.#spawn();
  }

  markReady() {
    this.#isReady = true;
  }

  /** Ends it as a crash would; it is started again. */
  kill() {
    process.kill(this.#running.pid, 'SIGKILL');
  }

  get name() {
    return this.#options.name;
  }

  async stop() {
    this.#isStopping = true;
    await stopProcess(this.#running, [
      ['SIGTERM', 15_000],
      ['SIGKILL', 5_000],
    ]);
  }

  #spawn() {
    const { name, node, nodeOptions = [], file, env, folder } = this.#options;
    const output = fs.openSync(this.log, 'a');
    const child = spawn(node, ['--enable-source-maps', ...nodeOptions, file], {
      detached: true,
      stdio: ['ignore', output, output],
      env,
      cwd: folder,
    });
    fs.closeSync(output);
    this.#running = remember(child.pid);
    noteProcess(folder, name, this.#running);
    child.on('exit', (code, signal) => this.#ended(signal ?? `exit code ${code}`));
  }

  #ended(how) {
    if (this.#isStopping) return;
    const { name, onFailure } = this.#options;
    if (!this.#isReady)
      return onFailure(
        new StepFailure(`${name} ended while starting (${how}); its log is ${this.log}`, lastLines(this.log)),
      );
    const now = Date.now();
    this.#restarts = [...this.#restarts.filter((at) => now - at < oftenMeans.ms), now];
    if (this.#restarts.length > oftenMeans.times) {
      return onFailure(new StepFailure(`${name} keeps ending (${how}); its log is ${this.log}`, lastLines(this.log)));
    }
    say(`  ! ${name} ended (${how}) and is started again`);
    setTimeout(() => this.#isStopping || this.#spawn(), 1_000);
  }
}
