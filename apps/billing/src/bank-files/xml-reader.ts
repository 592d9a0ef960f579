/**
 * An XML element. `name` has no namespace prefix. `index` is the position of a repeatable element among its siblings of
 * the same name, from 1.
 */
export interface XmlElement {
  readonly name: string;
  readonly index: number;
  readonly parent: XmlElement | undefined;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: XmlElement[];
  text: string;
}

/** Thrown when the text is not XML of the supported subset. The first line is 1 and the first column is 1. */
export class XmlSyntaxError extends Error {
  readonly code: 'XML_MALFORMED' | 'XML_DOCTYPE_FORBIDDEN';
  readonly line: number;
  readonly column: number;

  constructor(code: XmlSyntaxError['code'], detail: string, text: string, offset: number) {
    super(detail);
    this.name = 'XmlSyntaxError';
    this.code = code;
    const textBefore = text.slice(0, offset);
    this.line = textBefore.split('\n').length;
    this.column = offset - textBefore.lastIndexOf('\n');
  }
}

/**
 * Called when an element ends; children end before their parent. Returns true to remove the element from the tree, so
 * that a file of 50 MB is processed payment by payment and is never in memory as a whole tree.
 */
export type OnElementEnd = (element: XmlElement) => boolean;

const maxDepth = 64;
/** Elements that may repeat. A pointer contains the index of such an element. */
const repeatedElements = new Set(['Stmt', 'Ntfctn', 'Ntry', 'NtryDtls', 'TxDtls', 'Bal']);
const namePattern = /^[\p{L}_][\p{L}\p{N}_.-]*$/u;
// XML 1.0 forbids these characters everywhere, also as character references.
// oxlint-disable-next-line no-control-regex
const forbiddenCharacter = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/;
const predefinedEntities: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };
const noAttributes: Readonly<Record<string, string>> = Object.freeze({});

/**
 * Reads the subset of XML that bank files use: elements, attributes, text, CDATA, comments. A document type is refused,
 * so the text can use only the five predefined entities and character references. No entity can expand without limit
 * or load a file.
 * @throws XmlSyntaxError
 */
export function readXml(text: string, onElementEnd: OnElementEnd = () => false): XmlElement {
  const fail = (detail: string, offset: number, code: XmlSyntaxError['code'] = 'XML_MALFORMED'): never => {
    throw new XmlSyntaxError(code, detail, text, offset);
  };
  const forbidden = forbiddenCharacter.exec(text);
  if (forbidden) fail('the text contains a control character', forbidden.index);

  const localNames = new Map<string, string>();
  let root: XmlElement | undefined;
  let openElement: XmlElement | undefined;
  let depth = 0;
  const byteOrderMark = 0xfeff;
  let offset = text.charCodeAt(0) === byteOrderMark ? 1 : 0;

  const endOf = (terminator: string, from: number, construct: string): number => {
    const end = text.indexOf(terminator, from);
    return end === -1 ? fail(`${construct} does not end`, offset) : end;
  };
  const addText = (value: string, valueOffset: number): void => {
    if (openElement) openElement.text += value;
    else if (value.trim() !== '') fail('there is text outside the root element', valueOffset);
  };
  const closeElement = (element: XmlElement): void => {
    // In a bank file, text between child elements is only indentation.
    if (element.children.length > 0) element.text = '';
    openElement = element.parent;
    depth -= 1;
    if (onElementEnd(element)) element.parent?.children.pop();
  };

  while (offset < text.length) {
    const next = text.indexOf('<', offset);
    if (next !== offset) {
      const end = next === -1 ? text.length : next;
      addText(decode(text.slice(offset, end), offset, fail), offset);
      offset = end;
      continue;
    }
    const characterAfterBracket = text.charCodeAt(offset + 1);
    if (characterAfterBracket === 0x21 /* ! */) {
      if (text.startsWith('<!--', offset)) offset = endOf('-->', offset + '<!--'.length, 'a comment') + '-->'.length;
      else if (text.startsWith('<![CDATA[', offset) && openElement) {
        const start = offset + '<![CDATA['.length;
        const end = endOf(']]>', start, 'a CDATA section');
        addText(text.slice(start, end), offset);
        offset = end + ']]>'.length;
      } else fail('a document type is not accepted', offset, 'XML_DOCTYPE_FORBIDDEN');
      continue;
    }
    if (characterAfterBracket === 0x3f /* ? */) {
      offset = endOf('?>', offset + '<?'.length, 'a processing instruction') + '?>'.length;
      continue;
    }
    const end = tagEnd(text, offset);
    if (end === -1) fail('a tag does not end', offset);
    if (characterAfterBracket === 0x2f /* / */) {
      const name = localName(text.slice(offset + 2, end).trimEnd(), offset, localNames, fail);
      if (!openElement || openElement.name !== name)
        fail(`</${name}> has no start tag${openElement ? `: <${openElement.name}> is open` : ''}`, offset);
      else closeElement(openElement);
      offset = end + 1;
      continue;
    }
    const isEmpty = text[end - 1] === '/';
    const tagContent = text.slice(offset + 1, isEmpty ? end - 1 : end);
    const nameEnd = tagContent.search(/\s/);
    const name = localName(nameEnd === -1 ? tagContent : tagContent.slice(0, nameEnd), offset, localNames, fail);
    if (!openElement && root) fail('there is a second root element', offset);
    if ((depth += 1) > maxDepth) fail('the elements are nested too deeply', offset);
    const element: XmlElement = {
      name,
      index: openElement && repeatedElements.has(name) ? nextIndex(openElement, name) : 1,
      parent: openElement,
      attributes: nameEnd === -1 ? noAttributes : readAttributes(tagContent.slice(nameEnd), offset, fail),
      children: [],
      text: '',
    };
    openElement?.children.push(element);
    root ??= element;
    openElement = element;
    if (isEmpty) closeElement(element);
    offset = end + 1;
  }
  if (openElement) fail(`<${openElement.name}> has no end tag`, text.length);
  return root ?? fail('the text contains no element', 0);
}

/** Returns the first child with the name. */
export function child(element: XmlElement | undefined, name: string): XmlElement | undefined {
  return element?.children.find((each) => each.name === name);
}

export function childrenOf(element: XmlElement | undefined, name: string): XmlElement[] {
  return element?.children.filter((each) => each.name === name) ?? [];
}

/** Returns the element at the end of a path of child names. */
export function descend(element: XmlElement | undefined, ...path: string[]): XmlElement | undefined {
  let current = element;
  for (const name of path) current = child(current, name);
  return current;
}

/** Returns the trimmed text of the element at the end of a path; undefined when the text is empty or missing. */
export function textAt(element: XmlElement | undefined, ...path: string[]): string | undefined {
  return descend(element, ...path)?.text.trim() || undefined;
}

/** Returns the path of the element, like XPath: `/Document/BkToCstmrStmt/Stmt[1]/Ntry[2]`. */
export function pointerOf(element: XmlElement): string {
  const segment = repeatedElements.has(element.name) ? `${element.name}[${element.index}]` : element.name;
  return element.parent ? `${pointerOf(element.parent)}/${segment}` : `/${segment}`;
}

type Fail = (detail: string, offset: number) => never;

/** Number of children by name. `children` cannot give this number, because `onElementEnd` may have removed children. */
const childCounts = new WeakMap<XmlElement, Map<string, number>>();

function nextIndex(parent: XmlElement, name: string): number {
  let countByName = childCounts.get(parent);
  if (!countByName) childCounts.set(parent, (countByName = new Map()));
  const index = (countByName.get(name) ?? 0) + 1;
  countByName.set(name, index);
  return index;
}

const tagPattern = /<[^"'>]*(?:"[^"]*"[^"'>]*|'[^']*'[^"'>]*)*>/y;

/** Returns the index of the `>` that ends the tag, or -1. A `>` inside an attribute value does not end the tag. */
function tagEnd(text: string, start: number): number {
  tagPattern.lastIndex = start;
  return tagPattern.test(text) ? tagPattern.lastIndex - 1 : -1;
}

/** Returns the name without its namespace prefix. The cache avoids that a repeated name is checked again. */
function localName(name: string, offset: number, cache: Map<string, string>, fail: Fail): string {
  let local = cache.get(name);
  if (local === undefined) {
    const parts = name.split(':');
    if (parts.length > 2 || !parts.every((part) => namePattern.test(part)))
      fail(`"${name.slice(0, 40)}" is not a name`, offset);
    cache.set(name, (local = parts.at(-1)!));
  }
  return local;
}

const attributePattern = /\s+([^\s=]+)\s*=\s*(?:"([^"<]*)"|'([^'<]*)')/y;

function readAttributes(text: string, offset: number, fail: Fail): Readonly<Record<string, string>> {
  const attributes = Object.create(null) as Record<string, string>;
  attributePattern.lastIndex = 0;
  let end = 0;
  for (let match = attributePattern.exec(text); match; match = attributePattern.exec(text)) {
    const name = match[1]!;
    if (name in attributes) fail(`the attribute "${name.slice(0, 40)}" is repeated`, offset);
    attributes[name] = decode(match[2] ?? match[3]!, offset, fail);
    end = attributePattern.lastIndex;
  }
  if (text.slice(end).trim() !== '') fail('the attributes are malformed', offset);
  return attributes;
}

const entityPattern = /&([^;\s&]{0,10})(;?)/g;

/**
 * Replaces predefined entities (`&amp;`) and character references (`&#233;`, `&#xe9;`) by their characters. Stops at
 * the first unknown entity; `replaceAll` would first find all entities, which takes long in a hostile text.
 */
function decode(text: string, offset: number, fail: Fail): string {
  if (!text.includes('&')) return text;
  let decoded = '';
  let end = 0;
  for (const match of text.matchAll(entityPattern)) {
    const [whole, entity, semicolon] = match;
    const character = semicolon === '' ? undefined : characterOfEntity(entity!);
    decoded += text.slice(end, match.index) + (character ?? fail(`"${whole}" is not a known entity`, offset));
    end = match.index + whole.length;
  }
  return decoded + text.slice(end);
}

function characterOfEntity(entity: string): string | undefined {
  const hexDigits = /^#x([0-9a-f]{1,6})$/i.exec(entity)?.[1];
  if (hexDigits !== undefined) return characterOf(Number.parseInt(hexDigits, 16));
  const digits = /^#(\d{1,7})$/.exec(entity)?.[1];
  if (digits !== undefined) return characterOf(Number(digits));
  return Object.hasOwn(predefinedEntities, entity) ? predefinedEntities[entity] : undefined;
}

/** Undefined for a code point that does not exist, half of a surrogate pair, or a character that XML forbids. */
function characterOf(codePoint: number): string | undefined {
  if (codePoint > 0x10ffff || (codePoint >= 0xd800 && codePoint <= 0xdfff)) return undefined;
  const character = String.fromCodePoint(codePoint);
  return forbiddenCharacter.test(character) ? undefined : character;
}
