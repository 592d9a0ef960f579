import { renewalRun } from './p3a-renewals.mjs';
import { bankFileImport } from './p3d-bank-file.mjs';
import { historyPages } from './p3g-history-page.mjs';
import { parallelFinalizations } from './p3h-parallel-finalizations.mjs';
import { largeFileImport } from './p3i-large-file.mjs';

/** The measurements in the order of the run. */
export const measurements = [renewalRun, bankFileImport, historyPages, parallelFinalizations, largeFileImport];
