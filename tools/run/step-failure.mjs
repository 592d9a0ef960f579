/** A step that failed: one line that says what to do or what went wrong, and the end of what was written when that helps. */
export class StepFailure extends Error {
  name = 'StepFailure';

  constructor(message, lines = []) {
    super(message);
    this.lines = lines;
  }
}

/** Failures the reader can act on are shown without a stack; anything else is a bug of ours and shown whole. */
export function showFailure(error) {
  const isExpected =
    error instanceof StepFailure || error.name === 'InfraError' || error.code?.startsWith('ERR_PARSE_ARGS');
  console.error(`\n${isExpected ? error.message : error.stack}`);
  for (const line of error.lines ?? []) console.error(`  | ${line}`);
}
