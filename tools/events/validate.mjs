import fs from 'node:fs';
import readline from 'node:readline';
import { findBroker } from './broker.mjs';
import { UserError } from './user-error.mjs';
import { checkFilter, parseInstant } from './stream-options.mjs';

const maxShownProblems = 100;

/** Returns the exit code: 1 when there is a problem. */
export async function run({ filter, since, partial }, [file, ...more]) {
  if (more.length > 0) throw new UserError('validate takes one file.');
  const { events } = await import('@cordee/contracts/catalogue');
  const { EventCheck } = await import('@cordee/contracts/check-events');
  const check = new EventCheck(events.values(), { isExcerpt: partial || filter !== undefined || since !== undefined });
  if (file && (filter || since))
    throw new UserError('--filter and --since select events of the streams; they cannot be used with a file.');
  const source = file
    ? linesOf(file)
    : messagesOf({ follow: false, filter: checkFilter(filter), since: parseInstant(since, new Date()) });
  let count = 0;
  let problemCount = 0;
  for await (const { where, text, subject } of source) {
    count += 1;
    for (const problem of problemsOf(check, text, subject)) {
      problemCount += 1;
      if (problemCount <= maxShownProblems) console.error(`${where}: ${problem}`);
    }
  }
  if (problemCount > maxShownProblems) console.error(`… and ${problemCount - maxShownProblems} more`);
  console.log(`${count} events, ${problemCount === 0 ? 'no problems' : `${problemCount} problems`}`);
  return problemCount === 0 ? 0 : 1;
}

export function problemsOf(check, text, subject) {
  let value;
  try {
    value = JSON.parse(text);
  } catch {
    return ['not JSON'];
  }
  const problems = check.check(value);
  const expected = typeof value?.type === 'string' ? value.type.replace(/^cordee\./, 'evt.') : undefined;
  return subject && expected && subject !== expected
    ? [...problems, `${value.type} on the subject ${subject}`]
    : problems;
}

async function* linesOf(file) {
  const input = file === '-' ? process.stdin : await opened(file);
  let line = 0;
  for await (const text of readline.createInterface({ input, crlfDelay: Infinity })) {
    line += 1;
    if (text.trim()) yield { where: `${file === '-' ? 'line' : file} ${line}`, text };
  }
}

async function opened(file) {
  try {
    return (await fs.promises.open(file)).createReadStream();
  } catch (error) {
    throw new UserError(`${file} cannot be read (${error.code}).`);
  }
}

async function* messagesOf(options) {
  const url = await findBroker();
  const { readMessages } = await import('@cordee/messaging/read-messages');
  const decoder = new TextDecoder();
  for await (const { stream, position, subject, data } of readMessages(url, options))
    yield { where: `${stream} ${position}`, text: decoder.decode(data), subject };
}
