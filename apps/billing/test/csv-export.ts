import { exportDocuments } from '@cordee/contracts/billing/document-download';
import type { z } from 'zod';
import { people, type BillingFixture } from './billing.fixture.ts';

/** Exports documents as CSV as a person who may see them, page by page as the gateway does. */
export async function exportCsv(
  billing: BillingFixture,
  organizationId: `org_${string}`,
  fields: Omit<z.input<(typeof exportDocuments)['input']>, 'organizationId'> = {},
): Promise<string> {
  const pages: Buffer[] = [];
  let cursor: string | undefined;
  do {
    const input = { organizationId, ...fields, ...(cursor ? { cursor } : {}) };
    const page = await billing.test.call(exportDocuments, input, people.viewer);
    pages.push(Buffer.from(page.bytes, 'base64'));
    cursor = page.nextCursor ?? undefined;
  } while (cursor);
  return Buffer.concat(pages).toString('utf8');
}
