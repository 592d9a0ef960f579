import { decodeEntities } from './html-entities.ts';

/** Elements whose content is not text of the message. Only the closing tag of the element ends its content. */
const RAW_TEXT_ELEMENTS = new Set(['script', 'style', 'title', 'iframe', 'noembed', 'noframes']);
/** Elements that do not separate words. The empty name is the name of a comment. */
const INLINE_ELEMENTS = new Set([
  '',
  ...(
    'a abbr acronym b bdi bdo big cite code em font i kbd mark q s samp small span strike strong sub sup tt u ' +
    'var wbr'
  ).split(' '),
]);
const TAG_NAME = /[a-z][a-z0-9:-]*/iy;

/**
 * Returns the readable text of an HTML mail for the index and for snippets, without scripts, styles and comments. The
 * text is never shown as HTML, so it is not sanitized. The function reads the HTML once, without backtracking. In
 * malformed markup, a tag, comment or script without an end hides the text after it.
 */
export function htmlText(html: string, maxLength: number): string {
  const texts: string[] = [];
  let position = 0;
  for (let tagStart = html.indexOf('<'); tagStart >= 0; tagStart = html.indexOf('<', position)) {
    texts.push(decodeEntities(html.slice(position, tagStart)));
    const tag = readTag(html, tagStart);
    if (!tag) {
      texts.push('<');
      position = tagStart + 1;
      continue;
    }
    if (!INLINE_ELEMENTS.has(tag.name)) texts.push('\n');
    position = !tag.isClosing && RAW_TEXT_ELEMENTS.has(tag.name) ? rawTextEnd(html, tag.end, tag.name) : tag.end;
  }
  texts.push(decodeEntities(html.slice(position)));
  return tidyText(texts.join(''), maxLength);
}

const LINE_END = /\r\n?|\n|$/g;
// eslint-disable-next-line no-control-regex
const SPACES = /[\s\u0000-\u001f\u007f]+/g;

/**
 * Trims lines, reduces empty lines to one, removes control characters and replaces lone surrogates. Returns at most
 * `maxLength` characters and does not read the rest of the text.
 */
export function tidyText(text: string, maxLength: number): string {
  const lines: string[] = [];
  let length = 0;
  for (let start = 0; start < text.length && length <= maxLength; start = LINE_END.lastIndex) {
    LINE_END.lastIndex = start;
    const end = LINE_END.exec(text)!;
    LINE_END.lastIndex = end.index + Math.max(end[0].length, 1);
    const line = text.slice(start, end.index).replace(SPACES, ' ').trim();
    if (line === '' && (lines.at(-1) ?? '') === '') continue;
    lines.push(line);
    length += line.length + 1;
  }
  return lines.join('\n').trim().slice(0, maxLength).toWellFormed();
}

interface Tag {
  name: string;
  isClosing: boolean;
  end: number;
}

/** Reads the tag, comment or declaration at `tagStart`. Undefined when the `<` starts no tag. */
function readTag(html: string, tagStart: number): Tag | undefined {
  if (html.startsWith('<!--', tagStart)) return namelessTag(html, '-->', tagStart + 4);
  const next = html[tagStart + 1];
  if (next === '!' || next === '?') return namelessTag(html, '>', tagStart + 2);
  const isClosing = next === '/';
  TAG_NAME.lastIndex = tagStart + (isClosing ? 2 : 1);
  const name = TAG_NAME.exec(html)?.[0];
  if (name === undefined) return undefined;
  const end = tagEnd(html, TAG_NAME.lastIndex);
  return { name: name.toLowerCase(), isClosing, end };
}

function namelessTag(html: string, closer: string, from: number): Tag {
  const closerStart = html.indexOf(closer, from);
  return { name: '', isClosing: false, end: closerStart < 0 ? html.length : closerStart + closer.length };
}

/**
 * Returns the index after the `>` that ends the tag. A `>` inside a quoted attribute does not end the tag. A quote
 * without a closing quote is ignored.
 */
function tagEnd(html: string, from: number): number {
  for (let position = from; position < html.length; position += 1) {
    const character = html[position];
    if (character === '>') return position + 1;
    // A quote starts a quoted attribute only after `=` or a space; elsewhere it is an ordinary character.
    if ((character === '"' || character === "'") && /[=\s]/.test(html[position - 1]!)) {
      const closingQuote = html.indexOf(character, position + 1);
      if (closingQuote < 0) return tagEndIgnoringQuotes(html, position);
      position = closingQuote;
    }
  }
  return html.length;
}

function tagEndIgnoringQuotes(html: string, from: number): number {
  const tagCloser = html.indexOf('>', from);
  return tagCloser < 0 ? html.length : tagCloser + 1;
}

/** Returns the index of the closing tag that ends a raw text element. */
function rawTextEnd(html: string, from: number, name: string): number {
  const closer = new RegExp(`</${name}(?=[\\s/>])`, 'gi');
  closer.lastIndex = from;
  return closer.exec(html)?.index ?? html.length;
}
