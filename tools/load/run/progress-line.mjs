/** Without a terminal, `show` prints one line for this number of states. */
const STATES_PER_LINE = 5;

/** Shows the state of the run on stderr: one line that changes in a terminal, otherwise a line every few seconds. */
export class ProgressLine {
  #isTerminal = process.stderr.isTTY;
  #count = 0;

  /** Prints a line that stays. */
  note(text) {
    this.clear();
    console.error(`  … ${text}`);
  }

  /** Shows a state that the next call replaces. */
  show(text) {
    this.#count += 1;
    // The control characters have no width, and the last column stays empty.
    if (this.#isTerminal)
      process.stderr.write(`\r\x1b[2K  … ${text}`.slice(0, (process.stderr.columns ?? 80) + '\r\x1b[2K'.length - 1));
    else if (this.#count % STATES_PER_LINE === 0) console.error(`  … ${text}`);
  }

  clear() {
    if (this.#isTerminal) process.stderr.write('\r\x1b[2K');
  }
}
