import { serveWork } from '@cordee/service/serve-work';
import type { DocumentContent } from './document-content.ts';
import { renderDocument } from './document-pdf.ts';

serveWork((content: DocumentContent): Promise<Uint8Array> => renderDocument(content));
