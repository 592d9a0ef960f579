/** An element. `name` has no namespace prefix; `index` counts elements of the same name in the parent, from 1. */
export interface XmlElement {
  readonly name: string;
  readonly index: number;
  readonly parent: XmlElement | undefined;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: XmlElement[];
  text: string;
}

/** The text is not XML of the supported subset. Line and column count from 1. */
export class XmlSyntaxError extends Error {
  readonly code: 'XML_MALFORMED' | 'XML_DOCTYPE_FORBIDDEN';
  readonly line: number;
  readonly column: number;

  constructor(code: XmlSyntaxError['code'], detail: string, text: string, offset: number) {
    super(detail);
    this.name = 'XmlSyntaxError';
    this.code = code;
    const before = text.slice(0, offset);
    this.line = before.split('\n').length;
    this.column = offset - before.lastIndexOf('\n');
  }
}

/**
 * Called when an element ends, children first. Returns true to remove the element from the tree, so that a file of 50
 * MB is processed payment by payment and never held as a whole.
 */
export type OnElementEnd = (element: XmlElement) => boolean;

const maxDepth = 64;
/** Elements that may repeat; a pointer to them contains their index. */
const repeatedElements = new Set(['Stmt', 'Ntfctn', 'Ntry', 'NtryDtls', 'TxDtls', 'Bal']);
const namePattern = /^[\p{L}_][\p{L}\p{N}_.-]*$/u;
// XML 1.0 forbids these characters everywhere, also as character references.
// oxlint-disable-next-line no-control-regex
const forbiddenCharacter = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/;
const predefined: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };
const noAttributes: Readonly<Record<string, string>> = Object.freeze({});

/**
 * Reads the subset of XML that bank files use: elements, attributes, text, CDATA, comments. A document type is refused,
 * so no entity can expand or fetch anything: only the five predefined entities and character references exist.
 * @throws XmlSyntaxError
 */
export function readXml(text: string, onElementEnd: OnElementEnd = () => false): XmlElement {
  const fail = (detail: string, offset: number, code: XmlSyntaxError['code'] = 'XML_MALFORMED'): never => {
    throw new XmlSyntaxError(code, detail, text, offset);
  };
  const bad = forbiddenCharacter.exec(text);
  if (bad) fail('a control character', bad.index);

  const names = new Map<string, string>();
  let root: XmlElement | undefined;
  let open: XmlElement | undefined;
  let depth = 0;
  let at = text.charCodeAt(0) === 0xfeff ? 1 : 0;

  const endOf = (terminator: string, from: number, construct: string): number => {
    const end = text.indexOf(terminator, from);
    return end === -1 ? fail(`${construct} does not end`, at) : end;
  };
  const addText = (value: string, offset: number): void => {
    if (open) open.text += value;
    else if (value.trim() !== '') fail('text outside the document', offset);
  };
  const close = (element: XmlElement): void => {
    if (element.children.length > 0) element.text = '';
    open = element.parent;
    depth -= 1;
    if (onElementEnd(element)) element.parent?.children.pop();
  };

  while (at < text.length) {
    const next = text.indexOf('<', at);
    if (next !== at) {
      const end = next === -1 ? text.length : next;
      addText(decode(text.slice(at, end), at, fail), at);
      at = end;
      continue;
    }
    const kind = text.charCodeAt(at + 1);
    if (kind === 0x21 /* ! */) {
      if (text.startsWith('<!--', at)) at = endOf('-->', at + 4, 'a comment') + 3;
      else if (text.startsWith('<![CDATA[', at) && open) {
        const end = endOf(']]>', at + 9, 'a CDATA section');
        addText(text.slice(at + 9, end), at);
        at = end + 3;
      } else fail('a document type is not accepted', at, 'XML_DOCTYPE_FORBIDDEN');
      continue;
    }
    if (kind === 0x3f /* ? */) {
      at = endOf('?>', at + 2, 'a processing instruction') + 2;
      continue;
    }
    const end = tagEnd(text, at);
    if (end === -1) fail('a tag does not end', at);
    if (kind === 0x2f /* / */) {
      const name = localName(text.slice(at + 2, end).trimEnd(), at, names, fail);
      if (!open || open.name !== name) fail(`</${name}> has no start tag${open ? `: <${open.name}> is open` : ''}`, at);
      else close(open);
      at = end + 1;
      continue;
    }
    const isEmpty = text.charCodeAt(end - 1) === 0x2f;
    const inside = text.slice(at + 1, isEmpty ? end - 1 : end);
    const space = inside.search(/\s/);
    const name = localName(space === -1 ? inside : inside.slice(0, space), at, names, fail);
    if (!open && root) fail('a second document', at);
    if ((depth += 1) > maxDepth) fail('too deeply nested', at);
    const element: XmlElement = {
      name,
      index: open && repeatedElements.has(name) ? nextIndex(open, name) : 1,
      parent: open,
      attributes: space === -1 ? noAttributes : readAttributes(inside.slice(space), at, fail),
      children: [],
      text: '',
    };
    open?.children.push(element);
    root ??= element;
    open = element;
    if (isEmpty) close(element);
    at = end + 1;
  }
  if (open) fail(`<${open.name}> has no end tag`, text.length);
  return root ?? fail('there is no document', 0);
}

/** The first child with the name. */
export function child(element: XmlElement | undefined, name: string): XmlElement | undefined {
  return element?.children.find((each) => each.name === name);
}

/** All children with the name. */
export function childrenOf(element: XmlElement | undefined, name: string): XmlElement[] {
  return element?.children.filter((each) => each.name === name) ?? [];
}

/** The element at the end of a path of names. */
export function descend(element: XmlElement | undefined, ...path: string[]): XmlElement | undefined {
  let current = element;
  for (const name of path) current = child(current, name);
  return current;
}

/** Trimmed text at the end of a path; undefined when there is none. */
export function textAt(element: XmlElement | undefined, ...path: string[]): string | undefined {
  return descend(element, ...path)?.text.trim() || undefined;
}

/** The path of the element, like XPath: `/Document/BkToCstmrStmt/Stmt[1]/Ntry[2]`. */
export function pointerOf(element: XmlElement): string {
  const segment = repeatedElements.has(element.name) ? `${element.name}[${element.index}]` : element.name;
  return element.parent ? `${pointerOf(element.parent)}/${segment}` : `/${segment}`;
}

type Fail = (detail: string, offset: number) => never;

/** Number of children by name. Not derived from `children`, because `onElementEnd` may have removed some. */
const counts = new WeakMap<XmlElement, Map<string, number>>();

function nextIndex(parent: XmlElement, name: string): number {
  let own = counts.get(parent);
  if (!own) counts.set(parent, (own = new Map()));
  const index = (own.get(name) ?? 0) + 1;
  own.set(name, index);
  return index;
}

const tag = /<[^"'>]*(?:"[^"]*"[^"'>]*|'[^']*'[^"'>]*)*>/y;

/** Index of the `>` that ends the tag, or -1. A `>` inside an attribute value does not end it. */
function tagEnd(text: string, start: number): number {
  tag.lastIndex = start;
  return tag.test(text) ? tag.lastIndex - 1 : -1;
}

function localName(name: string, offset: number, known: Map<string, string>, fail: Fail): string {
  let local = known.get(name);
  if (local === undefined) {
    const parts = name.split(':');
    if (parts.length > 2 || !parts.every((part) => namePattern.test(part)))
      fail(`"${name.slice(0, 40)}" is not a name`, offset);
    known.set(name, (local = parts.at(-1)!));
  }
  return local;
}

const attribute = /\s+([^\s=]+)\s*=\s*(?:"([^"<]*)"|'([^'<]*)')/y;

function readAttributes(text: string, offset: number, fail: Fail): Readonly<Record<string, string>> {
  const attributes = Object.create(null) as Record<string, string>;
  attribute.lastIndex = 0;
  let end = 0;
  for (let match = attribute.exec(text); match; match = attribute.exec(text)) {
    const name = match[1]!;
    if (name in attributes) fail(`the attribute "${name.slice(0, 40)}" is repeated`, offset);
    attributes[name] = decode(match[2] ?? match[3]!, offset, fail);
    end = attribute.lastIndex;
  }
  if (text.slice(end).trim() !== '') fail('malformed attributes', offset);
  return attributes;
}

function decode(text: string, offset: number, fail: Fail): string {
  if (!text.includes('&')) return text;
  return text.replaceAll(/&([^;\s&]{0,10});?/g, (whole, entity: string) => {
    const code = /^#x([0-9a-f]{1,6})$/i.exec(entity)?.[1];
    const point =
      code === undefined ? Number(/^#(\d{1,7})$/.exec(entity)?.[1] ?? Number.NaN) : Number.parseInt(code, 16);
    const character = Number.isNaN(point)
      ? Object.hasOwn(predefined, entity)
        ? predefined[entity]
        : undefined
      : characterOf(point);
    return character === undefined || !whole.endsWith(';')
      ? fail(`"${whole}" is not a known entity`, offset)
      : character;
  });
}

function characterOf(point: number): string | undefined {
  if (point > 0x10ffff || (point >= 0xd800 && point <= 0xdfff)) return undefined;
  const character = String.fromCodePoint(point);
  return forbiddenCharacter.test(character) ? undefined : character;
}
