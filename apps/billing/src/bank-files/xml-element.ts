/**
 * An XML element. `name` has no namespace prefix. `index` is the position of a repeatable element among its siblings of
 * the same name, from 1. `line` is the line of the start tag, from 1.
 */
export interface XmlElement {
  readonly name: string;
  readonly index: number;
  readonly line: number;
  readonly parent: XmlElement | undefined;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: XmlElement[];
  text: string;
}

/** Elements that may repeat. A pointer contains the index of such an element. */
export const repeatedElements = new Set(['Stmt', 'Ntfctn', 'Ntry', 'NtryDtls', 'TxDtls', 'Bal']);

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
