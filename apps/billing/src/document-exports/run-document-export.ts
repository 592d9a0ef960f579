import { MAX_EXPORTED_DOCUMENTS } from '@cordee/contracts/billing/document-export';
import { DomainError } from '@cordee/contracts/domain-error';
import { FileWriter } from '@cordee/service/file-writer';
import type { StoredFile } from '@cordee/service/files';
import { CSV_CONTENT_TYPE } from '../csv/csv-row.ts';
import { readCsvPage, type CsvPage, type CsvPosition } from '../documents/read-csv-page.ts';
import { ClaimedExport, ClaimLost, type ExportKey } from './claimed-export.ts';
import { findExportedDocuments, readPdfs, type ExportDependencies, type ExportRun } from './exported-documents.ts';
import { PdfJoiner } from './pdf-joiner.ts';
import { writeZip } from './write-zip.ts';

/**
 * Writes the file of a queued export. A killed export leaves no file, and starts again when its claim has ended. After
 * an error, the export is tried again; an error of a document ends it.
 */
export async function runDocumentExport(
  key: ExportKey,
  signal: AbortSignal,
  dependencies: ExportDependencies,
): Promise<void> {
  const claimed = await ClaimedExport.claim(dependencies.background, key);
  if (!claimed) return;
  try {
    const writers = { csv: writeCsvFile, zip: writeZipFile, pdf: writePdfFile };
    const { file, documentCount } = await writers[claimed.format]({ ...dependencies, claimed, signal });
    await claimed.finish(file, documentCount);
  } catch (error) {
    if (error instanceof ClaimLost) return;
    const errorCode = error instanceof DomainError && (error.status ?? 422) < 500 ? error.code : undefined;
    if (errorCode !== undefined) return claimed.fail(errorCode);
    if (!signal.aborted && claimed.isLastAttempt) await claimed.fail('INTERNAL_ERROR');
    else await claimed.planRetry({ isStopping: signal.aborted });
    if (!signal.aborted) throw error;
  }
}

interface WrittenFile {
  readonly file: StoredFile;
  readonly documentCount: number;
}

const openFile = ({ files, background, seller, claimed }: ExportRun, contentType: string, now: Date): FileWriter =>
  new FileWriter(files, background, {
    organizationId: claimed.request.organizationId,
    name: `documents-${seller.today(now)}.${claimed.format}`,
    contentType,
  });

async function writeCsvFile(run: ExportRun): Promise<WrittenFile> {
  const { background, seller, claimed, signal } = run;
  const { csvFormat: format, ...filter } = claimed.request;
  const now = await background.asSystem(async (context) => context.now);
  const writer = openFile(run, CSV_CONTENT_TYPE, now);
  const readPage = (after?: CsvPosition): Promise<CsvPage> =>
    background.asSystem(({ em }) => readCsvPage(em, filter, { today: seller.today(now), format, after }));
  let documentCount = 0;
  let page: CsvPage | undefined;
  do {
    signal.throwIfAborted();
    page = await readPage(page?.next);
    await writer.write(Buffer.from(page.text, 'utf8'));
    documentCount += page.documentCount;
    await claimed.report(documentCount);
  } while (page.next);
  return { file: await writer.end(), documentCount };
}

async function writeZipFile(run: ExportRun): Promise<WrittenFile> {
  const { documents, now } = await findDocuments(run, MAX_EXPORTED_DOCUMENTS.zip);
  const writer = openFile(run, 'application/zip', now);
  await writeZip(readPdfs(documents, run), now, (bytes) => writer.write(bytes));
  return { file: await writer.end(), documentCount: documents.length };
}

async function writePdfFile(run: ExportRun): Promise<WrittenFile> {
  const { documents, now } = await findDocuments(run, MAX_EXPORTED_DOCUMENTS.pdf);
  const writer = openFile(run, 'application/pdf', now);
  const { organizationId } = run.claimed.request;
  const joiner = new PdfJoiner(
    (bytes) => writer.write(bytes),
    (part) => run.renderer.renumber(organizationId, part),
  );
  for await (const { number, bytes } of readPdfs(documents, run)) await joiner.add(number, bytes);
  await joiner.end({ title: run.seller.name });
  return { file: await writer.end(), documentCount: documents.length };
}

/** Finds the documents, and counts them again: documents may have been added since the request. */
async function findDocuments(
  { background, seller, claimed }: ExportRun,
  maxCount: number,
): Promise<{ documents: Awaited<ReturnType<typeof findExportedDocuments>>; now: Date }> {
  const { documents, now } = await background.asSystem(async (context) => ({
    documents: await findExportedDocuments(context.em, claimed.request, seller.today(context.now), maxCount + 1),
    now: context.now,
  }));
  if (documents.length > maxCount) throw new DomainError('DOCUMENT_EXPORT_TOO_LARGE');
  await claimed.report(0, documents.length);
  return { documents, now };
}
