import type { Pdf } from './page.ts';

type Element = PDFKit.PDFStructureElement;

interface TagState {
  /** The open elements, the innermost last. The first element is the document. */
  readonly elements: Element[];
  isArtifact: boolean;
}
const states = new WeakMap<Pdf, TagState>();

/**
 * Begins the structure of a tagged PDF. Assistive software reads the elements in the order in which they are written.
 */
export function openTags(pdf: Pdf): void {
  const root = pdf.struct('Document');
  pdf.addStructure(root);
  states.set(pdf, { elements: [root], isArtifact: false });
}

export function closeTags(pdf: Pdf): void {
  states.get(pdf)!.elements[0]!.end();
}

/** Writes content as an element of the structure, for example `P`. `alt` describes content that is no text. */
export function writeTagged<T>(pdf: Pdf, type: string, write: () => T, options: { alt?: string } = {}): T {
  const { elements, isArtifact } = states.get(pdf)!;
  if (isArtifact) return write();
  const content = pdf.markStructureContent(type);
  const result = write();
  pdf.endMarkedContent();
  const element = pdf.struct(type, options, [content]);
  elements.at(-1)!.add(element);
  element.end();
  return result;
}

/** Groups the elements that `write` writes, for example the cells of a row. */
export function groupTags<T>(pdf: Pdf, type: string, write: () => T): T {
  const { elements, isArtifact } = states.get(pdf)!;
  if (isArtifact) return write();
  const group = pdf.struct(type);
  elements.at(-1)!.add(group);
  elements.push(group);
  const result = write();
  elements.pop();
  group.end();
  return result;
}

/** Writes content that assistive software skips: lines, backgrounds, and what repeats on each page. */
export function writeArtifact<T>(pdf: Pdf, type: 'Layout' | 'Pagination', write: () => T): T {
  const state = states.get(pdf)!;
  if (state.isArtifact) return write();
  pdf.markContent('Artifact', { type });
  state.isArtifact = true;
  const result = write();
  state.isArtifact = false;
  pdf.endMarkedContent();
  return result;
}
