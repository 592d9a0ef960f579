import { createHash } from 'node:crypto';
import type { PdfPart, RenumberedPdf } from '../documents/pdf/renumber-pdf.ts';

/** The numbers of the objects that the joined PDF has besides the objects of its parts. */
const objectNumbers = { catalog: 1, pages: 2, structure: 3, root: 4, parentTree: 5, outlines: 6, info: 7 } as const;
const FIRST_FREE_NUMBER = 8;
const XREF_ENTRY_BYTES = 10;

/** A joined part: its title in the outline and its first page. */
interface Bookmark {
  readonly title: string;
  readonly page: number;
}

/**
 * Joins PDFs of the renderer to one PDF, part by part: only one part is in memory. The pages and their tags stay as
 * they are; the outline names the parts.
 */
export class PdfJoiner {
  private readonly offsets: number[] = [];
  private readonly pages: number[] = [];
  private readonly elements: number[] = [];
  private readonly parentTree: (readonly [number, string])[] = [];
  private readonly bookmarks: Bookmark[] = [];
  private readonly hash = createHash('sha256');
  private position = 0;
  private nextNumber = FIRST_FREE_NUMBER;
  private nextKey = 0;
  private language: string | undefined;

  constructor(
    private readonly write: (bytes: Uint8Array) => Promise<void>,
    private readonly renumber: (part: PdfPart) => Promise<RenumberedPdf>,
  ) {}

  /** Adds a PDF. `title` is its name in the outline. */
  async add(title: string, bytes: Uint8Array): Promise<void> {
    if (this.position === 0) await this.append(Buffer.from('%PDF-1.7\n%\u00ff\u00ff\u00ff\u00ff\n', 'latin1'));
    const part = await this.renumber({
      kind: 'pdf_part',
      bytes,
      firstNumber: this.nextNumber,
      firstKey: this.nextKey,
      pagesNumber: objectNumbers.pages,
      structureNumber: objectNumbers.root,
    });
    for (const [number, offset] of part.objects) this.offsets[number] = this.position + offset;
    await this.append(part.bytes);
    this.bookmarks.push({ title, page: part.pages[0]! });
    this.pages.push(...part.pages);
    this.elements.push(...part.elements);
    this.parentTree.push(...part.parentTree);
    this.nextNumber = part.nextNumber;
    this.nextKey = part.nextKey;
    this.language ??= part.language;
  }

  /** Writes the catalog, the page tree, the structure, the outline and the table of the objects. */
  async end({ title }: { title: string }): Promise<void> {
    const { catalog, pages, structure, root, parentTree, outlines, info } = objectNumbers;
    await this.writeOutline();
    await this.writeObject(
      pages,
      `<< /Type /Pages /Count ${this.pages.length} /Kids [${this.pages.map(refTo).join(' ')}] >>`,
    );
    await this.writeObject(
      structure,
      `<< /Type /StructTreeRoot /K ${refTo(root)} /ParentTree ${refTo(parentTree)} ` +
        `/ParentTreeNextKey ${this.nextKey} >>`,
    );
    await this.writeObject(
      root,
      `<< /Type /StructElem /S /Document /P ${refTo(structure)} /K [${this.elements.map(refTo).join(' ')}] >>`,
    );
    const entries = this.parentTree.map(([key, value]) => `${key} ${value}`).join(' ');
    await this.writeObject(parentTree, `<< /Nums [${entries}] >>`);
    await this.writeObject(info, `<< /Title ${textString(title)} /Creator (Cordee) /Producer (Cordee) >>`);
    await this.writeObject(
      catalog,
      `<< /Type /Catalog /Pages ${refTo(pages)} /StructTreeRoot ${refTo(structure)} /MarkInfo << /Marked true >> ` +
        `/Lang ${textString(this.language ?? 'en')} /ViewerPreferences << /DisplayDocTitle true >> ` +
        `/Outlines ${refTo(outlines)} >>`,
    );
    await this.writeTrailer();
  }

  private async writeOutline(): Promise<void> {
    const { outlines } = objectNumbers;
    const first = this.nextNumber;
    const last = first + this.bookmarks.length - 1;
    this.nextNumber = last + 1;
    await this.writeObject(
      outlines,
      `<< /Type /Outlines /First ${refTo(first)} /Last ${refTo(last)} /Count ${this.bookmarks.length} >>`,
    );
    for (const [index, bookmark] of this.bookmarks.entries()) {
      const number = first + index;
      const previous = number > first ? ` /Prev ${refTo(number - 1)}` : '';
      const next = number < last ? ` /Next ${refTo(number + 1)}` : '';
      await this.writeObject(
        number,
        `<< /Title ${textString(bookmark.title)} /Parent ${refTo(outlines)} ` +
          `/Dest [${refTo(bookmark.page)} /Fit]${previous}${next} >>`,
      );
    }
  }

  private async writeTrailer(): Promise<void> {
    const start = this.position;
    const { catalog, info } = objectNumbers;
    const entries = Array.from({ length: this.nextNumber - 1 }, (_, index) => {
      const offset = this.offsets[index + 1];
      return offset === undefined
        ? '0000000000 65535 f \n'
        : `${String(offset).padStart(XREF_ENTRY_BYTES, '0')} 00000 n \n`;
    });
    const id = this.hash.copy().digest('hex').slice(0, 32);
    await this.append(
      Buffer.from(
        `xref\n0 ${this.nextNumber}\n0000000000 65535 f \n${entries.join('')}trailer\n` +
          `<< /Size ${this.nextNumber} /Root ${refTo(catalog)} /Info ${refTo(info)} /ID [<${id}> <${id}>] >>\n` +
          `startxref\n${start}\n%%EOF\n`,
        'latin1',
      ),
    );
  }

  private async writeObject(number: number, body: string): Promise<void> {
    this.offsets[number] = this.position;
    await this.append(Buffer.from(`${number} 0 obj\n${body}\nendobj\n`, 'latin1'));
  }

  private async append(bytes: Uint8Array): Promise<void> {
    this.position += bytes.length;
    this.hash.update(bytes);
    await this.write(bytes);
  }
}

const refTo = (number: number): string => `${number} 0 R`;

/** Returns a text as UTF-16, which needs no escapes. */
const textString = (text: string): string =>
  `<FEFF${Buffer.from(text, 'utf16le').swap16().toString('hex').toUpperCase()}>`;
