import { renewalRun } from './p3a-renewals.mjs';
import { bankFileImport } from './p3d-bank-file.mjs';

/** The measurements in the order of the run. */
export const measurements = [renewalRun, bankFileImport];
