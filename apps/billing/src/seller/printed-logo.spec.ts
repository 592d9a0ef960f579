import { createCanvas } from '@napi-rs/canvas';
import { downloadEInvoice } from '@cordee/contracts/billing/document-download';
import {
  downloadDocumentExport,
  getDocumentExport,
  startDocumentExport,
} from '@cordee/contracts/billing/document-export';
import { downloadReceipt } from '@cordee/contracts/billing/receipt';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { BillingFixture, people } from '../../test/billing.fixture.ts';
import { renderPage } from '../../test/page-image.ts';
import { waitForReceipts } from '../../test/receipts.ts';

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'logo-'));
const file = path.join(folder, 'logo.png');

let billing: BillingFixture;
beforeAll(async () => {
  const canvas = createCanvas(30, 10);
  const context = canvas.getContext('2d');
  context.fillStyle = 'rgb(255, 0, 0)';
  context.fillRect(0, 0, 30, 10);
  fs.writeFileSync(file, canvas.toBuffer('image/png'));
  billing = await BillingFixture.start({ SELLER_LOGO: file });
});
afterAll(async () => {
  await billing.stop();
  fs.rmSync(folder, { recursive: true });
});

/** True when the last page has the colour of the logo in the place of the logo. */
async function hasLogo(pdf: Uint8Array): Promise<boolean> {
  const { data, width } = await renderPage(pdf, { dpi: 72 });
  const offset = 4 * (85 * width + 500);
  return data[offset]! > 250 && data[offset + 1]! < 5;
}

it('the configured logo is on all documents of the service', async () => {
  const organizationId = await billing.organization();
  const { invoice, proForma } = await billing.paidOrder(organizationId);
  for (const { id } of [proForma, invoice])
    expect(await hasLogo(await billing.pdf(organizationId, id as `inv_${string}`))).toBe(true);
  const input = { organizationId, documentId: invoice.id, format: 'factur-x' } as const;
  const { fileId } = await billing.test.call(downloadEInvoice, input, people.viewer);
  expect(await hasLogo(await billing.readFile(organizationId, fileId))).toBe(true);
  const printed = await billing.test.call(
    startDocumentExport,
    { organizationId, format: 'pdf' },
    people.viewer,
    billing.newKeyOptions(),
  );
  const exportKey = { organizationId, documentExportId: printed.id };
  await billing.test.until(
    async () => (await billing.test.call(getDocumentExport, exportKey, people.viewer)).status === 'done',
    'the printed documents',
  );
  const joined = await billing.test.call(downloadDocumentExport, exportKey, people.viewer);
  expect(await hasLogo(await billing.readFile(organizationId, joined.fileId))).toBe(true);
  const { standingOrderReference: reference } = await billing.prepaid(organizationId);
  await billing.receive({ amount: 5_000, reference });
  const [entry] = await waitForReceipts(billing, organizationId);
  const receipt = await billing.test.call(
    downloadReceipt,
    { organizationId, bookingId: entry!.bookingId! },
    people.viewer,
  );
  expect(await hasLogo(await billing.readFile(organizationId, receipt.fileId))).toBe(true);
});
