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
 * Writes the file of a queued export. A killed export leaves no file, and starts again when its claim has ended. An
 * export that is refused with an error code fails at once. After another error, it is tried again.
 */
export async function runDocumentExport(
  key: ExportKey,
  signal: AbortSignal,
  dependencies: ExportDependencies,
): Promise<void> {
  const claimedExport = await ClaimedExport.claim(dependencies.background, key);
  if (!claimedExport) return;
  try {
    const writers = { csv: writeCsvFile, zip: writeZipFile, pdf: writePdfFile };
    const { file, documentCount } = await writers[claimedExport.format]({ ...dependencies, claimedExport, signal });
    await claimedExport.finish(file, documentCount);
  } catch (error) {
    if (error instanceof ClaimLost) return;
    const errorCode = error instanceof DomainError && (error.status ?? 422) < 500 ? error.code : undefined;
    if (errorCode !== undefined) return claimedExport.fail(errorCode);
    if (!signal.aborted && claimedExport.isLastAttempt) await claimedExport.fail('INTERNAL_ERROR');
    else await claimedExport.planRetry({ isStopping: signal.aborted });
    if (!signal.aborted) throw error;
  }
}

interface WrittenFile {
  readonly file: StoredFile;
  readonly documentCount: number;
}

const openFile = (
  { files, background, seller, claimedExport }: ExportRun,
  contentType: string,
  now: Date,
): FileWriter =>
  new FileWriter(files, background, {
    organizationId: claimedExport.request.organizationId,
    name: `documents-${seller.today(now)}.${claimedExport.format}`,
    contentType,
  });

async function writeCsvFile(run: ExportRun): Promise<WrittenFile> {
  const { background, seller, claimedExport, signal } = run;
  const { csvFormat: format, ...filter } = claimedExport.request;
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
    await claimedExport.report(documentCount);
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
  const { organizationId } = run.claimedExport.request;
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
  { background, seller, claimedExport }: ExportRun,
  maxCount: number,
): Promise<{ documents: Awaited<ReturnType<typeof findExportedDocuments>>; now: Date }> {
  const { documents, now } = await background.asSystem(async (context) => ({
    documents: await findExportedDocuments(context.em, claimedExport.request, seller.today(context.now), maxCount + 1),
    now: context.now,
  }));
  if (documents.length > maxCount) throw new DomainError('DOCUMENT_EXPORT_TOO_LARGE');
  await claimedExport.report(0, documents.length);
  return { documents, now };
}
