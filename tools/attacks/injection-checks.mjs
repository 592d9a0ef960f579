import { inflateSync } from 'node:zlib';
import { MARK } from './payloads.mjs';

/** Characters that spreadsheets ignore before a formula. */
const IGNORED = /^[\s\p{Cf}\p{Cc}"]*/u;
const FORMULA = /^[=+\-@＝＋－＠|%\t\r]/u;
const NUMBER = /^-?\d+(?:[.,]\d+)?%?$/;

/** Returns the cells that a spreadsheet would calculate. */
export function formulasIn(csv) {
  const separator = csv.split('\n', 1)[0].includes(';') ? ';' : ',';
  const cells = [...csv.matchAll(new RegExp(`(?:^|${separator}|\\n)("(?:[^"]|"")*"|[^${separator}\\n]*)`, 'g'))];
  return cells
    .map(([, cell]) => (cell.startsWith('"') ? cell.slice(1, -1).replaceAll('""', '"') : cell))
    .filter((cell) => FORMULA.test(cell.replace(IGNORED, '')) && !NUMBER.test(cell));
}

/** Returns the HTML tags that contain the mark, except links to web pages. */
export const tagsIn = (html) =>
  [...html.matchAll(/<(script|img|svg|a|style|iframe)\b[^>]*>[^<]*/gi)]
    .map(([tag]) => tag)
    .filter((tag) => tag.includes(MARK) && !/^<a [^>]*href="https?:/.test(tag));

/** Returns the address headers of a mail that contain a recipient from a payload. */
export function addedRecipientsIn(raw) {
  const head = raw.split(/\r?\n\r?\n/, 1)[0];
  const lines = head.replaceAll(/\r?\n[ \t]+/g, ' ').split(/\r?\n/);
  return lines.filter(
    (line) =>
      /evil\.example/i.test(line) &&
      /^(?:to|cc|bcc|from|reply-to|sender):/i.test(line) &&
      /<[^>]*evil|^bcc/i.test(line),
  );
}

/** True for a decoded subject with a line break or NUL, also after its encoded words are decoded again. */
export const hasLineBreak = (subject) => /[\r\n\u0000]/.test(decodeWords(subject));

/** Decodes encoded words again, as some mail programs do with a subject that was decoded before. */
const decodeWords = (text) =>
  text.replaceAll(/=\?[\w-]+\?([qb])\?([^?]*)\?=/gi, (_, encoding, content) =>
    encoding.toLowerCase() === 'b'
      ? Buffer.from(content, 'base64').toString()
      : content.replaceAll(/=([0-9a-f]{2})/gi, (__, hex) => String.fromCharCode(Number.parseInt(hex, 16))),
  );

/** Returns the names of actions in a PDF, but not names in strings and in streams that are not object streams. */
export function actionsIn(pdf) {
  const text = pdf.toString('latin1');
  const streams = [...text.matchAll(/stream\r?\n([\s\S]*?)\r?\nendstream/g)].map(([, content]) => inflate(content));
  const outside = text.replaceAll(/stream\r?\n[\s\S]*?\r?\nendstream/g, '');
  const actions = /\/(?:JavaScript|JS|OpenAction|Launch|AA|EmbeddedFile|RichMedia)\b/g;
  // Parentheses in strings are escaped.
  const withoutStrings = outside.replaceAll(/\((?:\\.|[^\\()])*\)/g, '()');
  return [withoutStrings, ...streams.filter((stream) => stream.startsWith('<<'))].flatMap(
    (part) => part.match(actions) ?? [],
  );
}

function inflate(content) {
  try {
    return inflateSync(Buffer.from(content, 'latin1')).toString('latin1');
  } catch {
    return '';
  }
}

/** Returns the lines with the mark that are not one JSON object or contain control characters. */
export const forgedLinesIn = (log) =>
  log
    .split('\n')
    .filter((line) => line !== '' && (!isJson(line) || /[\u0000-\u001f\u007f]/.test(line)) && line.includes(MARK));

function isJson(line) {
  try {
    return typeof JSON.parse(line) === 'object';
  } catch {
    return false;
  }
}
