import type { XmlElement } from '../src/bank-files/xml-element.ts';
import { XmlReader } from '../src/bank-files/xml-reader.ts';

/** Reads a whole XML text. See `XmlReader`. */
export function readXml(text: string, onElementEnd: (element: XmlElement) => boolean = () => false): XmlElement {
  const reader = new XmlReader(onElementEnd);
  reader.write(text);
  return reader.end();
}
