import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { billingFiles } from '@cordee/contracts/billing/document-download';
import {
  documentExportFinished,
  getDocumentExportDelivery,
  getDocumentExportFile,
} from '@cordee/contracts/billing/document-export';
import { newId } from '@cordee/contracts/id';
import { RemindersFixture } from '../test/reminders.fixture.ts';
import { waitUntilIdle } from '../test/wait-until-idle.ts';

let reminders: RemindersFixture;
let isAttached: boolean;
const zip = Buffer.from('PK chunk 0, chunk 1');

beforeAll(async () => {
  reminders = await RemindersFixture.start();
  const { test } = reminders;
  await test.stub(getDocumentExportDelivery, () => ({ ...getDocumentExportDelivery.example.output, isAttached }));
  await test.stub(getDocumentExportFile, () => getDocumentExportFile.example.output);
  await test.stub(billingFiles.readFileChunk, ({ position }) => ({
    bytes: [zip.subarray(0, 5), zip.subarray(5)][position]?.toString('base64') ?? null,
  }));
});
afterAll(() => reminders.stop());
beforeEach(() => {
  reminders.smtp.reset();
  isAttached = false;
});

const finish = async (
  organizationId: `org_${string}`,
  fields: Partial<{ delivery: 'mail' | 'download'; requestedBy: `acc_${string}` }> = {},
): Promise<void> => {
  await reminders.test.publishEvent(documentExportFinished, {
    ...documentExportFinished.example,
    organizationId,
    documentExportId: newId('dex', new Date()),
    requestedBy: reminders.anna.accountId,
    ...fields,
  });
  await waitUntilIdle(reminders.test);
};

describe('an export of documents by mail (DOC-2)', () => {
  it('has a link that expires, by default', async () => {
    const { organizationId } = reminders.createOrganization();
    await finish(organizationId);
    expect(reminders.smtp.mails.map(({ to }) => to)).toEqual([reminders.anna.email]);
    const { text, attachments } = reminders.smtp.mails[0]!.mail;
    expect(text).toMatch(new RegExp(`https://console.example/organizations/${organizationId}/document-exports/dex_`));
    expect(text).toMatch(/120/);
    expect(text).toMatch(/2026/);
    expect(attachments).toEqual([]);
  });

  it('has the file attached when the organization allows it', async () => {
    isAttached = true;
    const { organizationId } = reminders.createOrganization();
    await finish(organizationId);
    const { text, attachments } = reminders.smtp.mails[0]!.mail;
    expect(text).not.toContain('https:');
    expect(attachments).toMatchObject([{ filename: 'documents-2026-01-31.zip', mimeType: 'application/zip' }]);
    expect(Buffer.from(attachments[0]!.content as ArrayBuffer)).toEqual(zip);
  });

  it('is not sent for a download, or to somebody who may not see documents', async () => {
    const { organizationId } = reminders.createOrganization();
    await finish(organizationId, { delivery: 'download' });
    await finish(organizationId, { requestedBy: newId('acc', new Date()) });
    expect(reminders.smtp.mails).toEqual([]);
    expect(await reminders.droppedReminders(organizationId)).toEqual([
      'document_export: the requester may not see documents',
    ]);
  });
});
