import { decodeEntities } from './html-entities.ts';

/** Elements whose content HTML does not parse: it ends at their own closing tag and nowhere else. None of it is text of the letter. */
const RAW = new Set(['script', 'style', 'title', 'iframe', 'noembed', 'noframes']);
/** Tags that do not break a word from the next; a comment has no name and breaks none. */
const INLINE = new Set(
  ' a abbr acronym b bdi bdo big cite code em font i kbd mark q s samp small span strike strong sub sup tt u var wbr'.split(
    ' ',
  ),
);
const TAG_NAME = /[a-z][a-z0-9:-]*/iy;

/**
 * The readable text of an HTML mail, for the index and for snippets: never shown as HTML, so nothing has to be made safe,
 * but scripts, styles and comments are no text. One pass, no backtracking; broken markup loses its tags, not its words.
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
    if (!INLINE.has(tag.name)) out.push('\n');
    at = !tag.isClosing && RAW.has(tag.name) ? rawEnd(html, tag.end, tag.name) : tag.end;
  }
  out.push(decodeEntities(html.slice(at)));
  return tidyText(out.join(''));
}

/** Lines without trailing space, no more than one empty line in a row, no NUL, well-formed. */
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

/** The tag, comment or declaration that starts here; nothing when the `<` is just a character. */
function readTag(html: string, open: number): Tag | undefined {
  if (html.startsWith('<!--', open)) return silentTag(html, '-->', open + 4);
  const next = html[open + 1];
  if (next === '!' || next === '?') return silentTag(html, '>', open + 2);
  const isClosing = next === '/';
  TAG_NAME.lastIndex = open + (isClosing ? 2 : 1);
  const name = TAG_NAME.exec(html)?.[0];
  if (name === undefined) return undefined;
  const end = tagEnd(html, TAG_NAME.lastIndex);
  return { name: name.toLowerCase(), isClosing, end };
}

function silentTag(html: string, closer: string, from: number): Tag {
  const close = html.indexOf(closer, from);
  return { name: '', isClosing: false, end: close < 0 ? html.length : close + closer.length };
}

/** Behind the `>` that ends the tag; one inside a quoted attribute does not. A quote that never closes is taken for a slip. */
function tagEnd(html: string, from: number): number {
  for (let at = from; at < html.length; at += 1) {
    const character = html[at];
    if (character === '>') return at + 1;
    if ((character === '"' || character === "'") && /[=\s]/.test(html[at - 1]!)) {
      const close = html.indexOf(character, at + 1);
      if (close < 0) return lastResort(html, at);
      at = close;
    }
  }
  return html.length;
}

function lastResort(html: string, from: number): number {
  const close = html.indexOf('>', from);
  return close < 0 ? html.length : close + 1;
}

function rawEnd(html: string, from: number, name: string): number {
  const closer = new RegExp(`</${name}(?=[\\s/>])`, 'gi');
  closer.lastIndex = from;
  return closer.exec(html)?.index ?? html.length;
}
