import { serveWork } from '@cordee/service/serve-work';
import type { DocumentContent } from './document-content.ts';
import { renderReceipt, type ReceiptContent } from '../../receipts/receipt-pdf.ts';
import { renderDocument } from './document-pdf.ts';

serveWork((content: DocumentContent | ReceiptContent): Promise<Uint8Array> =>
  content.kind === 'receipt' ? renderReceipt(content) : renderDocument(content),
);
