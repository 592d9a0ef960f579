/** A part of an XML document: an element as text, or nothing. */
export type Xml = string | undefined | false | readonly Xml[];

/** Returns an element with attributes, whose values are texts; nothing for an attribute without a value. */
export function element(name: string, attributes: Attributes, ...content: Xml[]): string {
  const attributesText = Object.entries(attributes)
    .map(([key, value]) => (value === undefined ? '' : ` ${key}="${escapeXml(value)}"`))
    .join('');
  return `<${name}${attributesText}>${flatten(content)}</${name}>`;
}

/** Returns an element with other elements inside; nothing when it would be empty. */
export function group(name: string, ...content: Xml[]): string | undefined {
  const inner = flatten(content);
  return inner === '' ? undefined : `<${name}>${inner}</${name}>`;
}

type Attributes = Readonly<Record<string, string | undefined>>;

/** Returns an element with a text; nothing without a text. */
export function leaf(name: string, text: string, attributes?: Attributes): string;
export function leaf(name: string, text: string | undefined, attributes?: Attributes): string | undefined;
export function leaf(name: string, text: string | undefined, attributes: Attributes = {}): string | undefined {
  return text === undefined ? undefined : element(name, attributes, escapeXml(text));
}

/** Replaces the characters with a meaning in XML, and removes the characters that XML forbids. */
export const escapeXml = (text: string): string =>
  text
    .replaceAll(FORBIDDEN, '')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');

const FORBIDDEN = /[^\t\n\r\u{20}-\u{d7ff}\u{e000}-\u{fffd}\u{10000}-\u{10ffff}]/gu;

function flatten(content: Xml): string {
  if (content === undefined || content === false) return '';
  return typeof content === 'string' ? content : content.map(flatten).join('');
}
