import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { invoiceCredited } from '@cordee/contracts/billing/credit-note';
import { getPaymentDetails } from '@cordee/contracts/billing/document';
import { billingFiles, renderDocument } from '@cordee/contracts/billing/document-download';
import { invoiceIssued, invoicePaid, proFormaIssued } from '@cordee/contracts/billing/document-events';
import { getReceiptDelivery, receiptIssued, renderReceipt } from '@cordee/contracts/billing/receipt';
import { DomainError } from '@cordee/contracts/domain-error';
import type { Answer } from '@cordee/contracts/contract';
import { newId } from '@cordee/contracts/id';
import { verifyReminder } from '@cordee/contracts/reminders/message';
import { RemindersFixture } from '../test/reminders.fixture.ts';
import { waitUntilIdle } from '../test/wait-until-idle.ts';

type Document = Answer<typeof getPaymentDetails>['document'];

let reminders: RemindersFixture;
/**
 * The fields of the buyer that a test sets. The other fields come from the example of `getPaymentDetails`, without a
 * language.
 */
let buyer: Partial<Document['buyer']>;
let isBillingReachable: boolean;
const pdf = Buffer.from('%PDF-1.7 chunk 0, chunk 1');

beforeAll(async () => {
  reminders = await RemindersFixture.start();
  const { test } = reminders;
  await test.stub(getPaymentDetails, ({ documentId }) => {
    const { output } = getPaymentDetails.example;
    const prefix = documentId.slice(0, 3) as 'pfm' | 'inv' | 'crn';
    const { kind, number } = {
      pfm: { kind: 'pro_forma' as const, number: 'PRO-2026-000001' },
      inv: { kind: 'invoice' as const, number: 'INV-2026-000001' },
      crn: { kind: 'credit_note' as const, number: 'CRN-2026-000001' },
    }[prefix];
    return {
      ...output,
      document: {
        ...output.document,
        id: documentId,
        kind,
        number,
        correction:
          kind === 'credit_note'
            ? { reason: 'Cancelled', productEffect: 'ends' as const, productsEndOn: '2026-12-31' }
            : null,
        buyer: { ...output.document.buyer, language: null, ...buyer },
      },
    };
  });
  await test.stub(renderDocument, () => {
    if (!isBillingReachable) throw new DomainError('SERVICE_UNAVAILABLE', { status: 503 });
    return { ...renderDocument.example.output, name: 'INV-2026-000001.pdf' };
  });
  await test.stub(getReceiptDelivery, () => getReceiptDelivery.example.output);
  await test.stub(renderReceipt, () => renderReceipt.example.output);
  await test.stub(billingFiles.readFileChunk, ({ position }) => ({
    bytes: [pdf.subarray(0, 16), pdf.subarray(16)][position]?.toString('base64') ?? null,
  }));
});
afterAll(() => reminders.stop());
beforeEach(() => {
  reminders.smtp.reset();
  buyer = { mailboxes: ['accounts@alpine.example', 'base@alpine.example'] };
  isBillingReachable = true;
});

const issueInvoice = (organizationId: `org_${string}`, isPaid = false) =>
  reminders.test.publishEvent(invoiceIssued, {
    ...invoiceIssued.example,
    organizationId,
    documentId: newId('inv', new Date()),
    isPaid,
  });
const moveClockBy = (ms: number): void => {
  const { test } = reminders;
  test.moveClockTo(new Date(test.process.clock.now().getTime() + ms).toISOString());
};
const mailTo = (address: string) => reminders.smtp.mails.find(({ to }) => to === address)?.mail;

describe('the delivery of a document to the mailboxes of its billing address (ADDR-1)', () => {
  it('attaches the PDF and uses the language of the organization, for people without an account', async () => {
    const { organizationId } = reminders.createOrganization();
    await issueInvoice(organizationId);
    expect(await reminders.recipientsAndSubjects()).toEqual([
      'accounts@alpine.example Facture INV-2026-000001',
      'base@alpine.example Facture INV-2026-000001',
    ]);
    const { text, attachments } = mailTo('base@alpine.example')!;
    expect(text).toContain('Nom de l’organisation : Alpine Rescue');
    expect(text).not.toContain('https:');
    expect(attachments).toMatchObject([{ filename: 'INV-2026-000001.pdf', mimeType: 'application/pdf' }]);
    expect(Buffer.from(attachments[0]!.content as ArrayBuffer)).toEqual(pdf);
    const number = /R-\d{4}-\d{4}-\d{2}/.exec(text!)![0];
    expect(
      await reminders.test.call(verifyReminder, { organizationId, number }, { account: reminders.anna.accountId }),
    ).toMatchObject({ isGenuine: true, kind: 'document_delivery', recipient: 'base@alpine.example' });
  });

  it('sends a link in the language of the address when the address asks for links', async () => {
    buyer = { mailboxes: ['accounts@alpine.example'], delivery: 'mail_with_link', language: 'es' };
    const { organizationId } = reminders.createOrganization();
    await issueInvoice(organizationId);
    expect(await reminders.recipientsAndSubjects()).toEqual(['accounts@alpine.example Factura INV-2026-000001']);
    const { text, attachments } = mailTo('accounts@alpine.example')!;
    expect(attachments).toEqual([]);
    expect(text).toMatch(new RegExp(`https://console.example/organizations/${organizationId}/documents/inv_`));
    expect(text).not.toContain('.pdf');
  });

  it('includes pro formas, paid invoices and credit notes; a person with this address gets each once', async () => {
    buyer = { mailboxes: [reminders.anna.email.toUpperCase()], language: 'en' };
    const { organizationId } = reminders.createOrganization();
    const documentId = newId('inv', new Date());
    await reminders.test.publishEvent(proFormaIssued, {
      ...proFormaIssued.example,
      organizationId,
      documentId: newId('pfm', new Date()),
    });
    await issueInvoice(organizationId, true);
    await reminders.test.publishEvent(invoicePaid, { ...invoicePaid.example, organizationId, documentId });
    await reminders.test.publishEvent(invoiceCredited, {
      ...invoiceCredited.example,
      organizationId,
      documentId,
      creditNoteId: newId('crn', new Date()),
    });
    expect((await reminders.recipientsAndSubjects()).filter((subject) => /anna@/i.test(subject))).toEqual([
      'ANNA@example.ch Credit note CRN-2026-000001',
      'ANNA@example.ch Invoice INV-2026-000001',
      'ANNA@example.ch Pro forma PRO-2026-000001',
    ]);
    const creditNote = reminders.smtp.mails.find(({ mail }) => mail.subject === 'Credit note CRN-2026-000001');
    expect(creditNote!.mail.text).toContain('The products end on 31 Dec 2026.');
  });

  it('includes receipts of top-ups', async () => {
    const { organizationId } = reminders.createOrganization();
    await reminders.test.publishEvent(receiptIssued, { ...receiptIssued.example, organizationId });
    expect(await reminders.recipientsAndSubjects()).toEqual(['accounts@alpine.example Reçu RCP-2026-000001']);
    const { text, attachments } = mailTo('accounts@alpine.example')!;
    expect(text).toMatch(/500[.,]00/);
    expect(attachments).toMatchObject([{ filename: 'RCP-2026-000001.pdf' }]);
  });

  it('waits until billing can return the PDF', async () => {
    isBillingReachable = false;
    const { organizationId } = reminders.createOrganization();
    await issueInvoice(organizationId);
    await waitUntilIdle(reminders.test);
    expect(reminders.smtp.mails).toEqual([]);
    isBillingReachable = true;
    moveClockBy(15_000);
    await reminders.test.until(async () => reminders.smtp.mails.length === 2, 'the mails of the second attempt');
  });

  it('is dropped when the billing address has no mailboxes', async () => {
    buyer = { mailboxes: [] };
    const { organizationId } = reminders.createOrganization();
    await issueInvoice(organizationId);
    expect(await reminders.recipientsAndSubjects()).toEqual([]);
    expect(await reminders.droppedReminders(organizationId)).toContain(
      'document_delivery: the billing address has no mailboxes',
    );
  });

  it('is delayed to ten-minute intervals after 200 documents in a day, so that no mailbox is flooded', async () => {
    buyer = { mailboxes: ['flooded@alpine.example'] };
    const { organizationId } = reminders.createOrganization();
    await issueInvoice(organizationId);
    await waitUntilIdle(reminders.test);
    await reminders.test.rows(
      `insert into message (organization_id, id, reminder_id, number, kind, subject_id, level, channel, address,
         document_fields, status, next_try_at, created_at)
       select organization_id, gen_random_uuid(), gen_random_uuid(), 'R-' || copy, kind, subject_id, level, channel,
              address, '{}', 'sent', next_try_at, created_at
       from message, generate_series(1, 199) as copy where address = 'flooded@alpine.example'`,
    );
    reminders.smtp.reset();
    await issueInvoice(organizationId);
    await waitUntilIdle(reminders.test);
    expect(reminders.smtp.mails).toEqual([]);
    moveClockBy(11 * 60_000);
    await reminders.test.until(async () => reminders.smtp.mails.length === 1, 'the delayed mail');
  });

  it('is delayed after 100 mailboxes in a day, so that an organization cannot mail many strangers', async () => {
    buyer = { mailboxes: ['first@alpine.example'] };
    const { organizationId } = reminders.createOrganization();
    const other = reminders.createOrganization();
    await issueInvoice(organizationId);
    await waitUntilIdle(reminders.test);
    await reminders.test.rows(
      `insert into message (organization_id, id, reminder_id, number, kind, subject_id, level, channel, address,
         document_fields, status, next_try_at, created_at)
       select organization_id, gen_random_uuid(), gen_random_uuid(), 'M-' || copy, kind, subject_id, level, channel,
              'stranger-' || copy || '@alpine.example', '{}', 'sent', next_try_at, created_at
       from message, generate_series(1, 99) as copy where address = 'first@alpine.example'`,
    );
    reminders.smtp.reset();
    buyer = { mailboxes: ['new@alpine.example'] };
    await issueInvoice(organizationId);
    await waitUntilIdle(reminders.test);
    expect(reminders.smtp.mails).toEqual([]);
    await issueInvoice(other.organizationId);
    await reminders.test.until(async () => reminders.smtp.mails.length === 1, 'the mail of another organization');
    reminders.smtp.reset();
    moveClockBy(11 * 60_000);
    await reminders.test.until(async () => reminders.smtp.mails.length === 1, 'the delayed mail');
  });
});
