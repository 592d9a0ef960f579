import fs from 'node:fs';
import readline from 'node:readline';
import { findBroker } from './broker.mjs';
import { readEventEntities } from './event-entities.mjs';
import { escapeControls } from './escape-controls.mjs';
import { UserError } from './user-error.mjs';
import { checkFilter, parseInstant } from './stream-options.mjs';

const maxShownProblems = 100;

/** Prints the problems of the events. Returns the exit code: 1 when there is a problem. */
export async function run({ filter, since, partial }, [file, ...unexpected]) {
  if (unexpected.length > 0) throw new UserError('validate takes at most one file.');
  const { events } = await import('@cordee/contracts/catalogue');
  const { EventCheck } = await import('@cordee/contracts/check-events');
  const check = new EventCheck(events.values(), { isExcerpt: partial || filter !== undefined || since !== undefined });
  if (file && (filter || since))
    throw new UserError('--filter and --since cannot be used with a file: they select events of the streams.');
  const source = file
    ? linesOf(file)
    : messagesOf({
        follow: false,
        filter: checkFilter(filter, await readEventEntities()),
        since: parseInstant(since, new Date()),
      });
  let eventCount = 0;
  let problemCount = 0;
  const unknownFieldsByType = new Map();
  for await (const { where, text, subject } of source) {
    eventCount += 1;
    const { problems, type, unknownFields } = examine(check, text, subject);
    for (const problem of problems) {
      problemCount += 1;
      if (problemCount <= maxShownProblems) console.error(escapeControls(`${where}: ${problem}`));
    }
    if (unknownFields.length > 0)
      unknownFieldsByType.set(type, new Set([...(unknownFieldsByType.get(type) ?? []), ...unknownFields]));
  }
  for (const [type, fields] of unknownFieldsByType)
    console.log(
      escapeControls(`note: ${type} has fields that this version does not know: ${[...fields].sort().join(', ')}`),
    );
  if (problemCount > maxShownProblems) console.error(`… and ${problemCount - maxShownProblems} more`);
  console.log(`${eventCount} events, ${problemCount === 0 ? 'no problems' : `${problemCount} problems`}`);
  return problemCount === 0 ? 0 : 1;
}

/**
 * Returns the problems of one event (its JSON, its content and its subject), and the fields that this version does not
 * know. Unknown fields are no problem: a newer publisher adds them.
 */
export function examine(check, text, subject) {
  let value;
  try {
    value = JSON.parse(text);
  } catch {
    return { problems: ['not JSON'], unknownFields: [] };
  }
  const problems = check.check(value);
  const type = typeof value?.type === 'string' ? value.type : undefined;
  const expectedSubject = type?.replace(/^cordee\./, 'evt.');
  if (subject && expectedSubject && subject !== expectedSubject) problems.push(`${type} on the subject ${subject}`);
  // The index of an array is omitted, so that each field appears once.
  const unknownFields = check.unknownFields(value).map((field) => field.replaceAll(/\.\d+(?=\.)/g, '[]'));
  return { problems, type, unknownFields };
}

async function* linesOf(file) {
  const input = file === '-' ? process.stdin : await openFile(file);
  let line = 0;
  for await (const text of readline.createInterface({ input, crlfDelay: Infinity })) {
    line += 1;
    if (text.trim()) yield { where: `${file === '-' ? 'line' : file} ${line}`, text };
  }
}

async function openFile(file) {
  try {
    return (await fs.promises.open(file)).createReadStream();
  } catch (error) {
    throw new UserError(`${file} is not readable (${error.code}).`);
  }
}

async function* messagesOf(options) {
  const url = await findBroker();
  const { readMessages } = await import('@cordee/messaging/read-messages');
  const decoder = new TextDecoder();
  for await (const { stream, position, subject, data } of readMessages(url, options))
    yield { where: `${stream} ${position}`, text: decoder.decode(data), subject };
}
