import { workerData } from 'node:worker_threads';
import { serveWork } from '@cordee/service/serve-work';
import { renderReceipt } from '../../receipts/receipt-pdf.ts';
import { renderDocument } from './document-pdf.ts';
import type { RendererData, RendererInput } from './document-renderer.ts';
import { speedUpQrCodes } from './qr-penalty.ts';
import { renumberPdf, type RenumberedPdf } from './renumber-pdf.ts';

const { logo } = workerData as RendererData;

await speedUpQrCodes();

serveWork(async (input: RendererInput): Promise<Uint8Array | RenumberedPdf> => {
  if (input.kind === 'pdf_part') return renumberPdf(input);
  return input.kind === 'receipt' ? renderReceipt(input, logo) : renderDocument(input, logo);
});
