import {
  PDFArray,
  PDFDict,
  PDFDocument,
  PDFHexString,
  PDFName,
  PDFNumber,
  PDFRawStream,
  PDFString,
  decodePDFRawStream,
  type PDFObject,
} from '@cantoo/pdf-lib';
import type { XmlElement } from '../src/bank-files/xml-element.ts';
import { readXml } from './read-xml.ts';

/**
 * Checks rules of PDF/A-3b (ISO 19005-3) and of Factur-X 1.0 on a PDF. Knows nothing of the program that wrote it.
 * Returns the violated rules.
 */
export async function violatedPdfARules(bytes: Uint8Array): Promise<string[]> {
  const pdf = await readContents(bytes);
  return Object.entries(rules).flatMap(([rule, holds]) => (holds(pdf) ? [] : [rule]));
}

interface PdfContents {
  readonly raw: string;
  readonly document: PDFDocument;
  readonly catalog: PDFDict;
  readonly objects: readonly PDFObject[];
  readonly dictionaries: readonly PDFDict[];
  readonly streams: readonly PDFRawStream[];
  /** The operators of all pages. */
  readonly contents: string;
  readonly metadata: string;
}

async function readContents(bytes: Uint8Array): Promise<PdfContents> {
  const document = await PDFDocument.load(bytes, { updateMetadata: false });
  const { context, catalog } = document;
  const objects = context.enumerateIndirectObjects().map(([, object]) => object);
  const streams = objects.filter((object) => object instanceof PDFRawStream);
  const contents = document
    .getPages()
    .flatMap((page) => {
      const value = page.node.Contents();
      return value instanceof PDFArray ? value.asArray().map((ref) => context.lookup(ref)) : [value];
    })
    .map((stream) => textOf(stream as PDFRawStream));
  const metadata = context.lookup(catalog.get(name('Metadata')));
  return {
    raw: Buffer.from(bytes).toString('latin1'),
    document,
    catalog,
    objects,
    streams,
    dictionaries: objects.flatMap(dictionariesIn),
    contents: contents.join('\n'),
    metadata: metadata instanceof PDFRawStream ? Buffer.from(metadata.getContents()).toString('utf8') : '',
  };
}

const name = (text: string): PDFName => PDFName.of(text);
const textOf = (stream: PDFRawStream): string => Buffer.from(decodePDFRawStream(stream).decode()).toString('latin1');

/** A dictionary and the dictionaries inside it that are no objects of their own. */
function dictionariesIn(object: PDFObject): PDFDict[] {
  if (object instanceof PDFRawStream) return dictionariesIn(object.dict);
  if (object instanceof PDFArray) return object.asArray().flatMap(dictionariesIn);
  if (object instanceof PDFDict) return [object, ...object.values().flatMap(dictionariesIn)];
  return [];
}

const isType =
  (type: string) =>
  (dictionary: PDFDict): boolean =>
    dictionary.get(name('Type')) === name(type);
const dictionariesOfType = ({ dictionaries }: PdfContents, type: string): PDFDict[] =>
  dictionaries.filter(isType(type));
const has = (dictionary: PDFDict, key: string): boolean => dictionary.get(name(key)) !== undefined;
const lookup = (dictionary: PDFDict, key: string): PDFObject | undefined => dictionary.lookup(name(key));
const textIn = (dictionary: PDFDict, key: string): string | undefined => {
  const value = lookup(dictionary, key);
  return value instanceof PDFString || value instanceof PDFHexString ? value.decodeText() : undefined;
};
const nameIn = (dictionary: PDFDict, key: string): string | undefined => {
  const value = lookup(dictionary, key);
  return value instanceof PDFName ? value.decodeText() : undefined;
};

/** The texts of the metadata by the name of their element. */
function metadataTexts({ metadata }: PdfContents): Map<string, string> {
  const texts = new Map<string, string>();
  const visit = (element: XmlElement, path: string): void => {
    const ownPath = element.name === 'li' || /^(Alt|Seq|Bag)$/.test(element.name) ? path : element.name;
    if (element.children.length === 0) texts.set(ownPath, element.text.trim());
    for (const child of element.children) visit(child, ownPath);
  };
  visit(readXml(metadata.replaceAll(/<\?xpacket[^>]*\?>/g, '').trim()), '');
  return texts;
}

const fontsWithProgram = (pdf: PdfContents): PDFDict[] =>
  dictionariesOfType(pdf, 'Font').filter(
    (font) => nameIn(font, 'Subtype') !== 'Type0' && nameIn(font, 'Subtype') !== 'Type3',
  );

const embeddedFiles = (pdf: PdfContents): PDFDict[] => dictionariesOfType(pdf, 'Filespec');
const iccProfile = (pdf: PdfContents): { colours: number; bytes: Buffer } | undefined => {
  const intents = pdf.catalog.lookupMaybe(name('OutputIntents'), PDFArray);
  const intent = intents?.lookup(0, PDFDict);
  const stream = intent?.lookup(name('DestOutputProfile'));
  if (!(stream instanceof PDFRawStream)) return undefined;
  const colours = stream.dict.lookup(name('N'), PDFNumber).asNumber();
  return { colours, bytes: Buffer.from(decodePDFRawStream(stream).decode()) };
};

/** Filters that PDF/A allows. */
const FILTERS = ['FlateDecode', 'DCTDecode', 'ASCIIHexDecode', 'ASCII85Decode', 'RunLengthDecode'];
const FORBIDDEN_KEYS = [
  'AA',
  'JavaScript',
  'JS',
  'OPI',
  'PS',
  'TR',
  'HTP',
  'XFA',
  'NeedAppearances',
  'Encrypt',
  'RichMedia',
];

type Rule = (pdf: PdfContents) => boolean;

const rules: Record<string, Rule> = {
  '6.1.2 header with a comment of binary characters': ({ raw }) => /^%PDF-1\.[0-7]\n%[\x80-\xff]{4,}[\r\n]/.test(raw),
  '6.1.3 file identifier, no encryption, nothing after the end': ({ raw, document }) =>
    /\/ID \[<[0-9a-f]+> <[0-9a-f]+>\]/i.test(raw) && !document.isEncrypted && /%%EOF\r?\n?$/.test(raw),
  '6.1.6 hexadecimal strings have an even number of digits': ({ raw }) =>
    [...raw.replaceAll(/stream\n[\s\S]*?\nendstream/g, '').matchAll(/(?<!<)<([0-9A-Fa-f\s]+)>(?!>)/g)].every(
      ([, digits]) => digits!.replaceAll(/\s/g, '').length % 2 === 0,
    ),
  '6.1.7 streams have their length, their filter is allowed, and they are inside of the file': ({ raw, streams }) =>
    streams.every(
      ({ dict }) => !has(dict, 'F') && [nameIn(dict, 'Filter')].every((filter) => !filter || FILTERS.includes(filter)),
    ) &&
    [...raw.matchAll(/\/Length (\d+)\n[^>]*>>\nstream\n([\s\S]*?)\nendstream\nendobj/g)].every(
      ([, length, stream]) => Number(length) === stream!.length,
    ),
  '6.1.9 to 6.1.13 numbers, names and strings are short': ({ objects }) =>
    objects.every((object) => !(object instanceof PDFString) || object.asBytes().length <= 32_767),
  '6.2.3 one output intent with a profile of three colours': (pdf) => {
    const intents = pdf.catalog.lookupMaybe(name('OutputIntents'), PDFArray);
    const profile = iccProfile(pdf);
    return (
      intents?.size() === 1 &&
      nameIn(intents.lookup(0, PDFDict), 'S') === 'GTS_PDFA1' &&
      profile?.colours === 3 &&
      profile.bytes.subarray(36, 40).toString('latin1') === 'acsp' &&
      profile.bytes.subarray(12, 16).toString('latin1') === 'mntr' &&
      profile.bytes.subarray(16, 20).toString('latin1') === 'RGB ' &&
      profile.bytes.readUInt32BE(0) === profile.bytes.length
    );
  },
  '6.2.4 colours are grey or RGB': ({ contents, raw }) =>
    !/(?:^|\s)[kK]$/m.test(contents) && !/DeviceCMYK/.test(`${contents}${raw}`),
  '6.2.5 and 6.2.10 graphics states are opaque': (pdf) =>
    dictionariesOfType(pdf, 'ExtGState').every(
      (state) =>
        !['TR', 'TR2', 'HTP'].some((key) => has(state, key)) && ['Normal', undefined].includes(nameIn(state, 'BM')),
    ),
  '6.2.8 images are not interpolated and have no alternatives': (pdf) =>
    pdf.streams
      .filter(({ dict }) => nameIn(dict, 'Subtype') === 'Image')
      .every(({ dict }) => !has(dict, 'Alternates') && !has(dict, 'OPI') && !has(dict, 'Interpolate')),
  '6.2.11.3 composite fonts have an identity': (pdf) =>
    dictionariesOfType(pdf, 'Font')
      .filter((font) => nameIn(font, 'Subtype') === 'Type0')
      .every((font) => {
        const [descendant] = font.lookup(name('DescendantFonts'), PDFArray).asArray();
        const child = pdf.document.context.lookup(descendant, PDFDict);
        return (
          nameIn(font, 'Encoding') === 'Identity-H' &&
          (nameIn(child, 'Subtype') !== 'CIDFontType2' || nameIn(child, 'CIDToGIDMap') === 'Identity')
        );
      }),
  '6.2.11.4 all fonts are embedded': (pdf) =>
    fontsWithProgram(pdf).length > 0 &&
    fontsWithProgram(pdf).every((font) => {
      const descriptor = lookup(font, 'FontDescriptor');
      return (
        descriptor instanceof PDFDict && ['FontFile', 'FontFile2', 'FontFile3'].some((key) => has(descriptor, key))
      );
    }),
  '6.2.11.7 characters can be extracted': (pdf) =>
    dictionariesOfType(pdf, 'Font')
      .filter((font) => nameIn(font, 'Subtype') === 'Type0')
      .every((font) => lookup(font, 'ToUnicode') instanceof PDFRawStream),
  '6.3 to 6.5 no annotations, actions and forms': ({ dictionaries, catalog }) =>
    dictionaries.every((dictionary) => !FORBIDDEN_KEYS.some((key) => has(dictionary, key))) &&
    !has(catalog, 'OpenAction') &&
    dictionaries.every((dictionary) => !has(dictionary, 'Annots') && nameIn(dictionary, 'S') !== 'Launch'),
  '6.6.2 metadata of the document, equal to its information': (pdf) => {
    const texts = metadataTexts(pdf);
    const { document } = pdf;
    return (
      texts.get('title') === document.getTitle() &&
      texts.get('creator') === document.getAuthor() &&
      texts.get('CreatorTool') === document.getCreator() &&
      texts.get('Producer') === document.getProducer() &&
      texts.get('CreateDate') === document.getCreationDate()?.toISOString().replace('.000', '')
    );
  },
  '6.6.4 the version is PDF/A-3b': (pdf) =>
    metadataTexts(pdf).get('part') === '3' && metadataTexts(pdf).get('conformance') === 'B',
  '6.7.2 and 6.7.4 the document is tagged and has a language': ({ catalog }) =>
    lookup(catalog, 'MarkInfo') instanceof PDFDict &&
    lookup(catalog, 'StructTreeRoot') instanceof PDFDict &&
    textIn(catalog, 'Lang') !== undefined,
  '6.8 embedded files have names, a description, a type and a relationship': (pdf) =>
    embeddedFiles(pdf).every((file) => {
      const stream = file.lookup(name('EF'), PDFDict).lookup(name('F'));
      const parameters = stream instanceof PDFRawStream ? lookup(stream.dict, 'Params') : undefined;
      return (
        textIn(file, 'F') !== undefined &&
        textIn(file, 'UF') === textIn(file, 'F') &&
        textIn(file, 'Desc') !== undefined &&
        nameIn(file, 'AFRelationship') !== undefined &&
        stream instanceof PDFRawStream &&
        nameIn(stream.dict, 'Subtype')?.includes('/') === true &&
        parameters instanceof PDFDict &&
        has(parameters, 'ModDate')
      );
    }),
  '6.8 embedded files are associated with the document': (pdf) => {
    const associated = pdf.catalog.lookupMaybe(name('AF'), PDFArray)?.asArray() ?? [];
    const names = pdf.catalog.lookupMaybe(name('Names'), PDFDict)?.lookupMaybe(name('EmbeddedFiles'), PDFDict);
    const listed = names?.lookupMaybe(name('Names'), PDFArray)?.asArray() ?? [];
    return associated.length === embeddedFiles(pdf).length && associated.every((ref) => listed.includes(ref));
  },
  '6.9 no optional content': ({ catalog }) => !has(catalog, 'OCProperties'),
  'Factur-X: one file factur-x.xml, an alternative of the document': (pdf) => {
    const [file, ...others] = embeddedFiles(pdf);
    return (
      file !== undefined &&
      others.length === 0 &&
      textIn(file, 'F') === 'factur-x.xml' &&
      nameIn(file, 'AFRelationship') === 'Alternative'
    );
  },
  'Factur-X: the metadata name the file, and describe their schema': (pdf) => {
    const texts = metadataTexts(pdf);
    return (
      texts.get('DocumentFileName') === 'factur-x.xml' &&
      texts.get('DocumentType') === 'INVOICE' &&
      texts.get('ConformanceLevel') === 'EN 16931' &&
      texts.get('Version') === '1.0' &&
      texts.get('namespaceURI') === 'urn:factur-x:pdfa:CrossIndustryDocument:invoice:1p0#' &&
      ['DocumentFileName', 'DocumentType', 'Version', 'ConformanceLevel'].every((property) =>
        pdf.metadata.includes(`<pdfaProperty:name>${property}</pdfaProperty:name>`),
      )
    );
  },
};
