import { getDocument } from 'pdfjs-dist/legacy/build/pdf.mjs';

/** A PDF as an independent reader (pdf.js) sees it. */
export interface ReadPdf {
  readonly pages: readonly string[];
  readonly outline: readonly string[];
  readonly title: string | undefined;
  readonly language: string | undefined;
  /** The types of the elements of the structure of each page, for example `H1`. */
  readonly tags: readonly (readonly string[])[];
}

interface StructureNode {
  role?: string;
  children?: StructureNode[];
}

/** Reads the texts, the outline and the structure of a PDF. */
export async function readPdf(bytes: Uint8Array): Promise<ReadPdf> {
  const task = getDocument({ data: new Uint8Array(bytes), verbosity: 0 });
  const pdf = await task.promise;
  const [pages, tags]: [string[], string[][]] = [[], []];
  for (let number = 1; number <= pdf.numPages; number += 1) {
    const page = await pdf.getPage(number);
    const { items } = await page.getTextContent();
    pages.push(items.map((item) => ('str' in item ? item.str : '')).join(' '));
    tags.push(rolesOf((await page.getStructTree()) as StructureNode | null));
  }
  const { info } = await pdf.getMetadata();
  const { Title, Language } = info as { Title?: string; Language?: string };
  const outline = ((await pdf.getOutline()) ?? []).map(({ title }) => title);
  await task.destroy();
  return { pages, outline, title: Title, language: Language, tags };
}

const rolesOf = (node: StructureNode | null): string[] =>
  node ? [...(node.role ? [node.role] : []), ...(node.children ?? []).flatMap(rolesOf)] : [];
