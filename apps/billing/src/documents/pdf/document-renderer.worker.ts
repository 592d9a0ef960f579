import { serveWork } from '@cordee/service/serve-work';
import { renderReceipt } from '../../receipts/receipt-pdf.ts';
import { renderDocument } from './document-pdf.ts';
import type { RendererInput } from './document-renderer.ts';
import { renumberPdf, type RenumberedPdf } from './renumber-pdf.ts';

serveWork(async (input: RendererInput): Promise<Uint8Array | RenumberedPdf> => {
  if (input.kind === 'pdf_part') return renumberPdf(input);
  return input.kind === 'receipt' ? renderReceipt(input) : renderDocument(input);
});
