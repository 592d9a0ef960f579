import {
  PDFArray,
  PDFDict,
  PDFDocument,
  PDFName,
  PDFNumber,
  PDFRef,
  PDFStream,
  type PDFContext,
  type PDFObject,
} from '@cantoo/pdf-lib';

/** A PDF that becomes a part of a larger PDF. */
export interface PdfPart {
  readonly kind: 'pdf_part';
  readonly bytes: Uint8Array;
  /** The number of the first object of the part in the larger PDF. */
  readonly firstNumber: number;
  /** The key of the first page of the part in the parent tree of the larger PDF. */
  readonly firstKey: number;
  /** The numbers of the objects of the larger PDF that the objects of the part refer to. */
  readonly pagesNumber: number;
  readonly structureNumber: number;
}

/** The objects of a part, as bytes of the larger PDF. */
export interface RenumberedPdf {
  readonly bytes: Uint8Array;
  /** The number and the position in `bytes` of each object. */
  readonly objects: readonly (readonly [number: number, offset: number])[];
  readonly pages: readonly number[];
  /** The elements below the root of the structure. */
  readonly elements: readonly number[];
  /** The entries of the parent tree, with values as PDF. */
  readonly parentTree: readonly (readonly [key: number, value: string])[];
  readonly language: string | undefined;
  readonly nextNumber: number;
  readonly nextKey: number;
}

const name = (text: string): PDFName => PDFName.of(text);

/**
 * Renumbers the objects of a PDF of the renderer, so that they can be written into a larger PDF with other parts.
 * Fonts, contents and the tags of the structure stay as they are.
 */
export async function renumberPdf(part: PdfPart): Promise<RenumberedPdf> {
  const document = await PDFDocument.load(part.bytes, { updateMetadata: false });
  const { context, catalog } = document;
  const structure = context.lookupMaybe(catalog.get(name('StructTreeRoot')), PDFDict);
  const numbers = new Map<string, number>();
  for (const ref of [catalog.get(name('Pages')), ...pageTreeOf(context)])
    if (ref instanceof PDFRef) numbers.set(ref.tag, part.pagesNumber);
  const structureRef = catalog.get(name('StructTreeRoot'));
  if (structureRef instanceof PDFRef) numbers.set(structureRef.tag, part.structureNumber);
  const omittedRefs = new Set<PDFObject | undefined>([
    context.trailerInfo.Root,
    context.trailerInfo.Info,
    structure?.get(name('ParentTree')),
    structure?.get(name('IDTree')),
  ]);
  const keptObjects = context
    .enumerateIndirectObjects()
    .filter(([ref]) => !numbers.has(ref.tag) && !omittedRefs.has(ref));
  let nextNumber = part.firstNumber;
  for (const [ref] of keptObjects) numbers.set(ref.tag, nextNumber++);
  const pages = document.getPages().map(({ ref, node }) => {
    const key = node.lookupMaybe(name('StructParents'), PDFNumber);
    if (key) node.set(name('StructParents'), PDFNumber.of(part.firstKey + key.asNumber()));
    return numbers.get(ref.tag)!;
  });
  const parentTree = parentTreeOf(context, structure).map(
    ([key, value]) => [part.firstKey + key, renumber(value, numbers).toString()] as const,
  );
  const elements = elementsOf(context, structure).map((ref) => {
    const element = context.lookup(ref, PDFDict);
    element.set(name('S'), name('Part'));
    const language = catalog.get(name('Lang'));
    if (language) element.set(name('Lang'), language);
    return numbers.get(ref.tag)!;
  });
  for (const [, object] of keptObjects) renumber(object, numbers);
  return {
    ...serialize(keptObjects.map(([{ tag }, object]) => [numbers.get(tag)!, object])),
    pages,
    elements,
    parentTree,
    language: languageOf(catalog),
    nextNumber,
    nextKey: part.firstKey + parentTree.reduce((next, [key]) => Math.max(next, key + 1 - part.firstKey), 0),
  };
}

/** Returns the inner nodes of the page tree, which the larger PDF replaces by its own. */
const pageTreeOf = (context: PDFContext): PDFRef[] =>
  context
    .enumerateIndirectObjects()
    .filter(([, object]) => object instanceof PDFDict && object.get(name('Type')) === name('Pages'))
    .map(([ref]) => ref);

function elementsOf(context: PDFContext, structure: PDFDict | undefined): PDFRef[] {
  const kids = structure?.get(name('K'));
  const list = context.lookup(kids) instanceof PDFArray ? (context.lookup(kids) as PDFArray).asArray() : [kids];
  return list.filter((kid): kid is PDFRef => kid instanceof PDFRef);
}

/** Returns the entries of the parent tree, which pdfkit writes as one node. */
function parentTreeOf(context: PDFContext, structure: PDFDict | undefined): [number, PDFObject][] {
  const tree = context.lookupMaybe(structure?.get(name('ParentTree')), PDFDict);
  const entries = context.lookupMaybe(tree?.get(name('Nums')), PDFArray)?.asArray() ?? [];
  return entries.flatMap((key, index): [number, PDFObject][] =>
    key instanceof PDFNumber && index % 2 === 0 ? [[key.asNumber(), entries[index + 1]!]] : [],
  );
}

const languageOf = (catalog: PDFDict): string | undefined => {
  const language = catalog.get(name('Lang')) as { decodeText?: () => string } | undefined;
  return language?.decodeText?.();
};

/** Replaces the references in an object, also in the objects inside. */
function renumber(object: PDFObject, numbers: ReadonlyMap<string, number>): PDFObject {
  if (object instanceof PDFRef) {
    const number = numbers.get(object.tag);
    return number === undefined ? object : PDFRef.of(number);
  }
  if (object instanceof PDFDict) for (const [key, value] of object.entries()) object.set(key, renumber(value, numbers));
  else if (object instanceof PDFArray)
    for (const [index, value] of object.asArray().entries()) object.set(index, renumber(value, numbers));
  else if (object instanceof PDFStream) renumber(object.dict, numbers);
  return object;
}

function serialize(objects: readonly [number, PDFObject][]): Pick<RenumberedPdf, 'bytes' | 'objects'> {
  const chunks: Uint8Array[] = [];
  const offsets: [number, number][] = [];
  let offset = 0;
  for (const [number, object] of objects) {
    const body = new Uint8Array(object.sizeInBytes());
    object.copyBytesInto(body, 0);
    const chunk = Buffer.concat([Buffer.from(`${number} 0 obj\n`), body, Buffer.from('\nendobj\n')]);
    offsets.push([number, offset]);
    chunks.push(chunk);
    offset += chunk.length;
  }
  return { bytes: Buffer.concat(chunks), objects: offsets };
}
