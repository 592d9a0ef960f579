import type { BankEntry, BankFile, UnprocessableEntry } from '../src/bank-files/bank-file.ts';
import { CamtFile } from '../src/bank-files/camt.ts';

/** Reads a whole bank file into memory, in chunks of `chunkBytes`. See `CamtFile`. */
export function readCamt(file: Uint8Array | string, chunkBytes = file.length): BankFile {
  const entriesByStatement: { entries: BankEntry[]; unprocessable: UnprocessableEntry[] }[] = [];
  const entriesOf = (statement: number) => (entriesByStatement[statement] ??= { entries: [], unprocessable: [] });
  const camtFile = new CamtFile({
    onEntry: (entry, statement) => entriesOf(statement).entries.push(entry),
    onUnprocessable: (entry, statement) => entriesOf(statement).unprocessable.push(entry),
  });
  const bytes = Buffer.from(file as string);
  const step = Math.max(1, chunkBytes);
  for (let offset = 0; offset < bytes.length; offset += step) camtFile.write(bytes.subarray(offset, offset + step));
  const outline = camtFile.end();
  return {
    ...outline,
    statements: outline.statements.map((statement, index) => ({ ...statement, ...entriesOf(index) })),
  };
}
