import { LineCounter } from './line-counter.ts';
import { repeatedElements, type XmlElement } from './xml-element.ts';

/** Thrown when the text is not XML of the supported subset. The first line is 1 and the first column is 1. */
export class XmlSyntaxError extends Error {
  constructor(
    readonly code: 'XML_MALFORMED' | 'XML_DOCTYPE_FORBIDDEN',
    detail: string,
    readonly line: number,
    readonly column: number,
  ) {
    super(detail);
    this.name = 'XmlSyntaxError';
  }
}

/**
 * Called when an element ends; children end before their parent. Returns true to remove the element from the tree, so
 * that a large file is processed payment by payment and is never in memory as a whole tree.
 */
type OnElementEnd = (element: XmlElement) => boolean;

const maxDepth = 64;
/** The maximum length of a tag, a text, a comment or a CDATA section that several chunks contain. */
const maxPendingLength = 4 * 1024 * 1024;
/** The length of `<![CDATA[`, the longest start of a construct. */
const longestStart = 9;
const namePattern = /^[\p{L}_][\p{L}\p{N}_.-]*$/u;
// XML 1.0 forbids these characters everywhere, also as character references.
// oxlint-disable-next-line no-control-regex
const forbiddenCharacter = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/;
const predefinedEntities: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };
const noAttributes: Readonly<Record<string, string>> = Object.freeze({});
const byteOrderMark = 0xfeff;

/**
 * Reads the subset of XML that bank files use: elements, attributes, text, CDATA, comments. A document type is refused,
 * so the text can use only the five predefined entities and character references. No entity can expand without limit
 * or load a file. The text comes in chunks of any length; the reader keeps only the construct that is not complete.
 */
export class XmlReader {
  /** The last chunk, after the rest of the earlier chunks that was not processed. */
  private text = '';
  private offset = 0;
  private isStarted = false;
  private isComplete = false;
  /** The offset from which the end of an incomplete construct is searched. */
  private searchFrom = 0;
  private readonly lines = new LineCounter();
  private readonly localNames = new Map<string, string>();
  private root: XmlElement | undefined;
  private openElement: XmlElement | undefined;
  private depth = 0;

  constructor(private readonly onElementEnd: OnElementEnd) {}

  /** Processes the next chunk. @throws XmlSyntaxError */
  write(chunk: string): void {
    this.lines.discard(this.text, this.offset);
    this.text = this.text.slice(this.offset) + chunk;
    this.searchFrom = Math.max(0, this.searchFrom - this.offset);
    this.offset = 0;
    if (!this.isStarted && this.text !== '') {
      this.isStarted = true;
      if (this.text.charCodeAt(0) === byteOrderMark) this.offset = 1;
    }
    const forbidden = forbiddenCharacter.exec(chunk);
    if (forbidden)
      this.fail('the text contains a control character', this.text.length - chunk.length + forbidden.index);
    this.process();
    if (this.text.length - this.offset > maxPendingLength) this.fail('a tag or a text is too long', this.offset);
  }

  /** Returns the root element after the last chunk. @throws XmlSyntaxError */
  end(): XmlElement {
    this.isComplete = true;
    this.process();
    if (this.openElement) this.fail(`<${this.openElement.name}> has no end tag`, this.text.length);
    return this.root ?? this.fail('the text contains no element', 0);
  }

  /** Processes all constructs that are complete. */
  private process(): void {
    while (this.offset < this.text.length) {
      const start = this.offset;
      if (!this.processNext()) return;
      if (this.offset > start) this.searchFrom = this.offset;
    }
  }

  /** Processes the construct at the offset. Returns false when the construct is not complete. */
  private processNext(): boolean {
    const { text, offset } = this;
    if (text.charCodeAt(offset) !== 0x3c /* < */) {
      const next = text.indexOf('<', Math.max(offset, this.searchFrom));
      if (next === -1 && !this.isComplete) return this.wait();
      const end = next === -1 ? text.length : next;
      this.addText(decode(text.slice(offset, end), offset, this.fail), offset);
      this.offset = end;
      return true;
    }
    if (text.length - offset < longestStart && !this.isComplete && !text.includes('>', offset)) return false;
    switch (text.charCodeAt(offset + 1)) {
      case 0x21 /* ! */:
        return this.processDeclaration();
      case 0x3f /* ? */:
        return this.skipTo('?>', '<?', 'a processing instruction') !== undefined;
      default:
        return this.processTag();
    }
  }

  private processDeclaration(): boolean {
    const { text, offset } = this;
    if (text.startsWith('<!--', offset)) return this.skipTo('-->', '<!--', 'a comment') !== undefined;
    if (!text.startsWith('<![CDATA[', offset) || !this.openElement)
      return this.fail('a document type is not accepted', offset, 'XML_DOCTYPE_FORBIDDEN');
    const content = this.skipTo(']]>', '<![CDATA[', 'a CDATA section');
    if (content === undefined) return false;
    this.addText(content, offset);
    return true;
  }

  /** Moves to the end of a construct and returns its content; undefined when the construct is not complete. */
  private skipTo(terminator: string, start: string, construct: string): string | undefined {
    const { text, offset } = this;
    const contentStart = offset + start.length;
    const end = text.indexOf(terminator, Math.max(contentStart, this.searchFrom - terminator.length));
    if (end !== -1) {
      this.offset = end + terminator.length;
      return text.slice(contentStart, end);
    }
    if (this.isComplete) return this.fail(`${construct} does not end`, offset);
    this.wait();
    return undefined;
  }

  private processTag(): boolean {
    const { text, offset } = this;
    const end = tagEnd(text, offset);
    if (end === -1) return this.isComplete ? this.fail('a tag does not end', offset) : this.wait();
    if (text.charCodeAt(offset + 1) === 0x2f /* / */) this.endElement(text.slice(offset + 2, end).trimEnd());
    else this.startElement(end);
    this.offset = end + 1;
    return true;
  }

  private startElement(end: number): void {
    const { text, offset, openElement, fail } = this;
    const isEmpty = text[end - 1] === '/';
    const tagContent = text.slice(offset + 1, isEmpty ? end - 1 : end);
    const nameEnd = tagContent.search(/\s/);
    const name = localName(nameEnd === -1 ? tagContent : tagContent.slice(0, nameEnd), offset, this.localNames, fail);
    if (!openElement && this.root) fail('there is a second root element', offset);
    if ((this.depth += 1) > maxDepth) fail('the elements are nested too deeply', offset);
    const element: XmlElement = {
      name,
      index: openElement && repeatedElements.has(name) ? nextIndex(openElement, name) : 1,
      line: this.lines.at(text, offset).line,
      parent: openElement,
      attributes: nameEnd === -1 ? noAttributes : readAttributes(tagContent.slice(nameEnd), offset, fail),
      children: [],
      text: '',
    };
    if (openElement) {
      // In a bank file, text between child elements is only indentation.
      openElement.text = '';
      openElement.children.push(element);
    }
    this.root ??= element;
    this.openElement = element;
    if (isEmpty) this.closeElement(element);
  }

  private endElement(nameWithPrefix: string): void {
    const { offset, openElement, fail } = this;
    const name = localName(nameWithPrefix, offset, this.localNames, fail);
    if (openElement?.name === name) this.closeElement(openElement);
    else fail(`</${name}> has no start tag${openElement ? `: <${openElement.name}> is open` : ''}`, offset);
  }

  private closeElement(element: XmlElement): void {
    if (element.children.length > 0) element.text = '';
    this.openElement = element.parent;
    this.depth -= 1;
    if (this.onElementEnd(element)) element.parent?.children.pop();
  }

  private addText(value: string, offset: number): void {
    if (this.openElement) this.openElement.text += value;
    else if (value.trim() !== '') this.fail('there is text outside the root element', offset);
  }

  private wait(): false {
    this.searchFrom = this.text.length;
    return false;
  }

  private readonly fail: Fail = (detail, offset, code = 'XML_MALFORMED') => {
    const { line, column } = this.lines.at(this.text, offset);
    throw new XmlSyntaxError(code, detail, line, column);
  };
}

type Fail = (detail: string, offset: number, code?: XmlSyntaxError['code']) => never;

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
