import { invoicePdfs } from './p3b-invoice-pdfs.mjs';
import { documentCsv } from './p3c-document-csv.mjs';

/** The measurements in the order of the run. */
export const measurements = [invoicePdfs, documentCsv];
