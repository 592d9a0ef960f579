import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { creditInvoice } from '@cordee/contracts/billing/credit-note';
import { downloadEInvoice } from '@cordee/contracts/billing/document-download';
import { inflateSync } from 'node:zlib';
import { uuid } from '@cordee/testing/test-service';
import { BillingFixture, people, staff } from '../../test/billing.fixture.ts';
import { violatedRules } from '../../test/en16931-rules.ts';
import { violatedPdfARules } from '../../test/pdf-a-rules.ts';

let billing: BillingFixture;
beforeAll(async () => {
  billing = await BillingFixture.start();
});
afterAll(() => billing.stop());

const withPaidInvoice = async () => {
  const organizationId = await billing.organization({ name: 'Müller & Söhne' });
  const { invoice, proForma } = await billing.paidOrder(organizationId, {
    debtorIban: 'CH5604835012345678009',
    debtorName: 'Müller',
  });
  const input = { organizationId, documentId: invoice.id };
  return { organizationId, invoice, proForma, input };
};
const download = async (input: {
  organizationId: `org_${string}`;
  documentId: string;
  format?: 'ubl' | 'factur-x';
}) => {
  const file = await billing.test.call(downloadEInvoice, input, people.viewer);
  return { ...file, bytes: await billing.readFile(input.organizationId, file.fileId) };
};

describe('the download of an e-invoice (DOC-8)', () => {
  it('as UBL keeps the rules, and has the same bytes each time once the invoice is paid', async () => {
    const { input, invoice } = await withPaidInvoice();
    const [first, second] = [await download(input), await download(input)];
    expect(first).toMatchObject({ name: `${invoice.number}.xml`, contentType: 'application/xml' });
    expect(second.fileId).toBe(first.fileId);
    const ubl = first.bytes.toString('utf8');
    expect(violatedRules(ubl)).toEqual([]);
    expect(ubl).toContain('<cbc:PayableAmount currencyID="CHF">0.00</cbc:PayableAmount>');
  });

  it('as Factur-X is a PDF/A-3 with the XML inside', async () => {
    const { input, invoice } = await withPaidInvoice();
    const { bytes, name } = await download({ ...input, format: 'factur-x' });
    expect(name).toBe(`${invoice.number}-factur-x.pdf`);
    expect(await violatedPdfARules(bytes)).toEqual([]);
    const raw = bytes.toString('latin1');
    const [, stream] = /\/Type \/EmbeddedFile[\s\S]*?stream\n([\s\S]*?)\nendstream/.exec(raw)!;
    const cii = inflateSync(Buffer.from(stream!, 'latin1')).toString('utf8');
    expect(cii).toContain(`<ram:ID>${invoice.number}</ram:ID>`);
    expect(cii).toContain('<ram:GrandTotalAmount>116.75</ram:GrandTotalAmount>');
    expect(cii).toContain('<ram:Name>Müller &amp; Söhne</ram:Name>');
    expect((await download({ ...input, format: 'factur-x' })).bytes).toEqual(bytes);
  });

  it('states that nothing is paid after a reversal of the payment (C-BNK-14)', async () => {
    const organizationId = await billing.organization();
    const { invoice } = await billing.paidOrder(organizationId, { servicerReference: 'E-1' });
    const input = { organizationId, documentId: invoice.id };
    const readAll = async () => [await download(input), await download({ ...input, format: 'factur-x' })];
    const paid = await readAll();
    await billing.receive({ amount: 11_675, servicerReference: 'E-1', isReversal: true });
    const [ubl, facturX] = await readAll();
    expect(ubl!.bytes.toString('utf8')).toContain('<cbc:PayableAmount currencyID="CHF">116.75</cbc:PayableAmount>');
    expect(facturX!.bytes).not.toEqual(paid[1]!.bytes);
    // The invoice is due later than before, and so states the e-invoice after the second payment.
    await billing.receive({ amount: 11_675, servicerReference: 'E-2', reference: invoice.reference! });
    const { dueOn, status } = await billing.document(organizationId, invoice.id);
    expect(status).toBe('paid');
    const again = await download(input);
    expect(again.bytes.toString('utf8')).toContain(`<cbc:DueDate>${dueOn}</cbc:DueDate>`);
    expect((await download(input)).fileId).toBe(again.fileId);
  });

  it('and the PDF are of the open invoice when they are downloaded while the payment is reversed', async () => {
    for (let round = 0; round < 5; round += 1) {
      const organizationId = await billing.organization();
      const { invoice } = await billing.paidOrder(organizationId, { servicerReference: `R-${round}` });
      const input = { organizationId, documentId: invoice.id };
      await Promise.all([
        billing.receive({ amount: 11_675, servicerReference: `R-${round}`, isReversal: true }),
        billing.pdf(organizationId, invoice.id),
        download(input),
      ]);
      expect((await billing.document(organizationId, invoice.id)).status).toBe('open');
      const stored = await billing.test.rows(
        `select pdf_file_id from invoice where id = $1 and pdf_file_id is not null
         union all select file_id from e_invoice where document_id = $1`,
        [uuid(invoice.id)],
      );
      expect(stored).toEqual([]);
    }
  });

  it('exists for a credit note, and not for a pro forma', async () => {
    const { organizationId, invoice, proForma } = await withPaidInvoice();
    const creditNote = await billing.test.call(
      creditInvoice,
      { organizationId, documentId: invoice.id, reason: 'x', productEffect: 'continues' },
      staff,
      billing.newKeyOptions(),
    );
    const ubl = (await download({ organizationId, documentId: creditNote.id })).bytes.toString('utf8');
    expect(violatedRules(ubl)).toEqual([]);
    expect(ubl).toContain(`<cac:InvoiceDocumentReference><cbc:ID>${invoice.number}</cbc:ID><cbc:IssueDate>`);
    expect(
      await billing.test.codeOf(downloadEInvoice, { organizationId, documentId: proForma.id }, people.viewer),
    ).toBe('E_INVOICE_NOT_AVAILABLE');
  });

  it('needs the right to see documents', async () => {
    const { input } = await withPaidInvoice();
    expect(await billing.test.codeOf(downloadEInvoice, input, people.collaborator)).not.toBe('ok');
  });
});
