import { decodeEntities } from './html-entities.ts';

/** Raw text elements: only their own closing tag ends them. Their content is not text of the message. */
const RAW_TEXT_ELEMENTS = new Set(['script', 'style', 'title', 'iframe', 'noembed', 'noframes']);
/** Tags that do not separate words, including the empty name of a comment. */
const INLINE_ELEMENTS = new Set([
  '',
  ...(
    'a abbr acronym b bdi bdo big cite code em font i kbd mark q s samp small span strike strong sub sup tt u ' +
    'var wbr'
  ).split(' '),
]);
const TAG_NAME = /[a-z][a-z0-9:-]*/iy;

/**
 * The readable text of an HTML mail for the index and for snippets, without scripts, styles and comments. It is never
 * shown as HTML, so it is not sanitized. One pass without backtracking; malformed markup loses tags but no words.
 */
export function htmlText(html: string): string {
  const out: string[] = [];
  let at = 0;
  for (let open = html.indexOf('<'); open >= 0; open = html.indexOf('<', at)) {
    out.push(decodeEntities(html.slice(at, open)));
    const tag = readTag(html, open);
    if (!tag) {
      out.push('<');
      at = open + 1;
      continue;
    }
    if (!INLINE_ELEMENTS.has(tag.name)) out.push('\n');
    at = !tag.isClosing && RAW_TEXT_ELEMENTS.has(tag.name) ? rawEnd(html, tag.end, tag.name) : tag.end;
  }
  out.push(decodeEntities(html.slice(at)));
  return tidyText(out.join(''));
}

/** Trims lines, reduces empty lines to one, removes control characters and replaces lone surrogates. */
export function tidyText(text: string): string {
  return (
    text
      .toWellFormed()
      // eslint-disable-next-line no-control-regex
      .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/g, ' ')
      .replace(/\r\n?/g, '\n')
      .replace(/[^\S\n]+/g, ' ')
      .split('\n')
      .map((line) => line.trim())
      .join('\n')
      .replace(/\n{3,}/g, '\n\n')
      .trim()
  );
}

interface Tag {
  name: string;
  isClosing: boolean;
  end: number;
}

/** The tag, comment or declaration at `open`; undefined when `<` is only a character. */
function readTag(html: string, open: number): Tag | undefined {
  if (html.startsWith('<!--', open)) return namelessTag(html, '-->', open + 4);
  const next = html[open + 1];
  if (next === '!' || next === '?') return namelessTag(html, '>', open + 2);
  const isClosing = next === '/';
  TAG_NAME.lastIndex = open + (isClosing ? 2 : 1);
  const name = TAG_NAME.exec(html)?.[0];
  if (name === undefined) return undefined;
  const end = tagEnd(html, TAG_NAME.lastIndex);
  return { name: name.toLowerCase(), isClosing, end };
}

function namelessTag(html: string, closer: string, from: number): Tag {
  const close = html.indexOf(closer, from);
  return { name: '', isClosing: false, end: close < 0 ? html.length : close + closer.length };
}

/**
 * The index after the `>` that ends the tag. A `>` inside a quoted attribute does not end it; an open quote is
 * ignored.
 */
function tagEnd(html: string, from: number): number {
  for (let at = from; at < html.length; at += 1) {
    const character = html[at];
    if (character === '>') return at + 1;
    if ((character === '"' || character === "'") && /[=\s]/.test(html[at - 1]!)) {
      const close = html.indexOf(character, at + 1);
      if (close < 0) return tagEndIgnoringQuotes(html, at);
      at = close;
    }
  }
  return html.length;
}

function tagEndIgnoringQuotes(html: string, from: number): number {
  const close = html.indexOf('>', from);
  return close < 0 ? html.length : close + 1;
}

function rawEnd(html: string, from: number, name: string): number {
  const closer = new RegExp(`</${name}(?=[\\s/>])`, 'gi');
  closer.lastIndex = from;
  return closer.exec(html)?.index ?? html.length;
}
