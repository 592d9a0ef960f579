/** The failure of a step, with a message for the user and optionally the last lines of the log. */
export class StepFailure extends Error {
  name = 'StepFailure';

  constructor(message, lines = []) {
    super(message);
    this.lines = lines;
  }
}

/** Prints an expected failure without its stack. Other errors are bugs and are printed with their stack. */
export function showFailure(error) {
  const isExpected =
    error instanceof StepFailure || error.name === 'InfraError' || error.code?.startsWith('ERR_PARSE_ARGS');
  console.error(`\n${isExpected ? describe(error) : error.stack}`);
  for (const line of error.lines ?? []) console.error(`  | ${line}`);
}

/** Node explains how to pass an unknown option as an argument; the list of the options helps more. */
const describe = ({ code, message }) =>
  code === 'ERR_PARSE_ARGS_UNKNOWN_OPTION' ? `${message.split('. ')[0]}. --help lists the options.` : message;
