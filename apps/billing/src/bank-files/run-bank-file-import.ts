import { DomainError } from '@cordee/contracts/domain-error';
import { toId, toUuid } from '@cordee/contracts/id';
import type { BackgroundTransactions, WriteContext } from '@cordee/service/background-transactions';
import { tryAdvisoryLock } from '@cordee/service/database/advisory-lock';
import type { Files } from '@cordee/service/files';
import type { Seller } from '../seller/seller.ts';
import { viewErrors } from './bank-file-import.ts';
import { BankFileImportProgress } from './bank-file-import-progress.ts';
import type { CamtReader } from './camt-reader.ts';
import { importBankFile } from './import-bank-file.ts';

export interface BankFileImportDependencies {
  readonly background: BackgroundTransactions;
  readonly files: Files;
  readonly reader: CamtReader;
  readonly seller: Seller;
}

interface QueuedImportRow {
  file_id: string;
  total_bytes: string;
  requested_by: string;
}

type ImportId = `bfi_${string}`;

/** Only one import runs at a time. Imports wait for each other, and a waiting import would keep a connection. */
const RUNNING_KEY = 'running bank file import';

/**
 * Runs a queued import in one transaction, which also marks the import as done: a killed import leaves nothing and is
 * found again. A file with errors is refused. After another error, the import is tried again later. Returns true when
 * the import has ended.
 */
export async function runBankFileImport(
  id: ImportId,
  signal: AbortSignal,
  dependencies: BankFileImportDependencies,
): Promise<boolean> {
  const { background } = dependencies;
  const [queuedRow] = await background.asSystem(({ em }) =>
    em.execute<QueuedImportRow[]>(selectQueuedSql, [toUuid(id)]),
  );
  if (!queuedRow) return false;
  const staffId = toId('acc', queuedRow.requested_by);
  const progress = new BankFileImportProgress(background, id);
  try {
    return await background.asStaff(staffId, (context) =>
      importQueued(context, id, { progress, signal, ...dependencies }),
    );
  } catch (error) {
    if (error instanceof DomainError && error.code === 'BANK_FILE_INVALID') {
      await background.asStaff(staffId, (context) => refuse(context, id, error));
      return true;
    }
    await progress.planRetry({ isStopping: signal.aborted });
    if (!signal.aborted) throw error;
    return false;
  }
}

const selectQueuedSql = `select file_id, total_bytes, requested_by from bank_file_import
  where id = ? and status = 'queued'`;

async function importQueued(
  context: WriteContext,
  id: ImportId,
  {
    progress,
    signal,
    files,
    reader,
    seller,
  }: Omit<BankFileImportDependencies, 'background'> & { progress: BankFileImportProgress; signal: AbortSignal },
): Promise<boolean> {
  const { em } = context;
  // The lock is weaker than `for update`, because other transactions store the progress, which references the row.
  const [claimedRow] = await em.execute<QueuedImportRow[]>(`${selectQueuedSql} for no key update skip locked`, [
    toUuid(id),
  ]);
  if (!claimedRow || !(await tryAdvisoryLock(em, RUNNING_KEY))) return false;
  if (!(await progress.start())) {
    await finish(context, id, `status = 'failed', file_id = null`);
    return true;
  }
  const fileId = toId('fil', claimedRow.file_id);
  const readChunk = async (position: number): Promise<Uint8Array | undefined> => {
    signal.throwIfAborted();
    const bytes = await files.readChunk(em, { fileId }, position);
    await progress.addBytes(bytes?.length ?? 0);
    return bytes;
  };
  const checkedFile = await reader.check({ size: Number(claimedRow.total_bytes), readChunk });
  progress.startBooking();
  const report = await importBankFile({ ...context, seller }, fileId, checkedFile, async (bookingCount) => {
    signal.throwIfAborted();
    await progress.setBookingCount(bookingCount);
  });
  await finish(context, id, `status = 'done', report = ?`, [JSON.stringify(report)]);
  await progress.write();
  return true;
}

const refuse = (context: WriteContext, id: ImportId, { errors }: DomainError): Promise<void> =>
  finish(context, id, `status = 'refused', file_id = null, errors = ?`, [JSON.stringify(viewErrors(errors))]);

async function finish(
  { em, readClock }: WriteContext,
  id: ImportId,
  changesSql: string,
  values: readonly unknown[] = [],
): Promise<void> {
  await em.execute(`update bank_file_import set ${changesSql}, finished_at = ? where id = ? and status = 'queued'`, [
    ...values,
    readClock(),
    toUuid(id),
  ]);
}
