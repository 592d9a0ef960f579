import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { chargePeriod } from '@cordee/contracts/billing/charge';
import {
  downloadDocumentExport,
  getDocumentExport,
  listDocumentExports,
  startDocumentExport,
} from '@cordee/contracts/billing/document-export';
import type { Answer, Input } from '@cordee/contracts/contract';
import { newId } from '@cordee/contracts/id';
import { uuid } from '@cordee/testing/test-service';
import { buffer } from 'node:stream/consumers';
import { fromBufferPromise } from 'yauzl';
import { anna, asService, BillingFixture, people } from '../../test/billing.fixture.ts';
import { exportCsv } from '../../test/csv-export.ts';
import { readPdf } from '../../test/pdf-reader.ts';

type Export = Answer<typeof getDocumentExport>;
type OrganizationId = `org_${string}`;

let billing: BillingFixture;
beforeAll(async () => {
  billing = await BillingFixture.start();
});
afterAll(() => billing.stop());

const start = (
  organizationId: OrganizationId,
  fields: Partial<Input<typeof startDocumentExport>> & Pick<Export, 'format'>,
): Promise<Export> =>
  billing.test.call(startDocumentExport, { organizationId, ...fields }, people.viewer, billing.newKeyOptions());

/** Waits for the end of an export. */
const ended = (organizationId: OrganizationId, { id }: Export): Promise<Export> =>
  billing.test.until(async () => {
    const current = await billing.test.call(getDocumentExport, { organizationId, documentExportId: id }, people.viewer);
    return !['queued', 'running'].includes(current.status) && current;
  }, 'the end of the export');

const bytesOf = async (organizationId: OrganizationId, { id }: Export): Promise<Buffer> => {
  const input = { organizationId, documentExportId: id };
  const { fileId } = await billing.test.call(downloadDocumentExport, input, people.viewer);
  return billing.readFile(organizationId, fileId);
};

async function unzip(bytes: Buffer): Promise<Map<string, Buffer>> {
  const zip = await fromBufferPromise(bytes);
  const files = new Map<string, Buffer>();
  for await (const entry of zip.eachEntry())
    files.set(entry.fileName, await buffer(await zip.openReadStreamPromise(entry)));
  return files;
}

/** A paid invoice with its pro forma, an open invoice, and a pro forma. */
async function withDocuments() {
  const organizationId = await billing.organization();
  const { invoice, proForma: converted } = await billing.paidOrder(organizationId);
  const { invoiceId } = await billing.test.call(
    chargePeriod,
    billing.chargeInput(organizationId, { method: 'on_credit' }),
    asService,
  );
  const open = await billing.document(organizationId, invoiceId!);
  const proForma = await billing.proForma(organizationId);
  return { organizationId, invoice, converted, open, proForma };
}

/** Adds copies of a pro forma, each a day older than the one before. */
const addProFormas = (organizationId: OrganizationId, id: `pfm_${string}`, count: number): Promise<unknown> =>
  billing.test.rows(
    `with copies as (
       insert into pro_forma
       select (jsonb_populate_record(source, jsonb_build_object(
         'id', gen_random_uuid(), 'number', source.number || '-' || copy, 'reference', source.reference || '-' || copy,
         'issued_on', source.issued_on - copy::integer
       ))).*
       from pro_forma source, generate_series(1, $3::integer) as copy
       where organization_id = $1 and source.id = $2 returning organization_id, id
     )
     insert into document_line
     select (jsonb_populate_record(line, jsonb_build_object('document_id', copies.id))).*
     from copies, document_line line where line.organization_id = $1 and line.document_id = $2`,
    [uuid(organizationId), uuid(id), count],
  );

describe('an export of documents (DOC-2)', () => {
  it('as ZIP contains a PDF per document; the PDF of a paid invoice is the one of its download', async () => {
    const { organizationId, invoice, converted, open, proForma } = await withDocuments();
    const started = await start(organizationId, { format: 'zip' });
    expect(started).toMatchObject({ status: 'queued', file: null, progress: { documents: 0, totalDocuments: 4 } });
    const done = await ended(organizationId, started);
    expect(done).toMatchObject({
      status: 'done',
      progress: { documents: 4, totalDocuments: 4 },
      requestedBy: people.viewer.account,
      file: { name: `documents-${billing.today()}.zip`, contentType: 'application/zip' },
    });
    const bytes = await bytesOf(organizationId, done);
    expect(bytes).toHaveLength(done.file!.size);
    const files = await unzip(bytes);
    expect([...files.keys()].toSorted()).toEqual(
      [invoice, converted, open, proForma].map(({ number }) => `${number}.pdf`).toSorted(),
    );
    expect(files.get(`${invoice.number}.pdf`)).toEqual(await billing.pdf(organizationId, invoice.id));
    expect(files.get(`${open.number}.pdf`)).toEqual(await billing.pdf(organizationId, open.id));
    const { data } = await billing.test.call(listDocumentExports, { organizationId }, people.viewer);
    expect(data).toEqual([done]);
    const [finished] = await billing.eventsOf(done.id);
    expect(finished).toMatchObject({
      type: 'document_export.finished',
      data: { delivery: 'download', format: 'zip', documents: 4, expiresAt: done.expiresAt },
    });
  });

  it('as PDF has all pages with their tags, the oldest document first, and an outline', async () => {
    const { organizationId, invoice, open } = await withDocuments();
    const done = await ended(organizationId, await start(organizationId, { format: 'pdf', kind: 'invoice' }));
    const single = await readPdf(await billing.pdf(organizationId, invoice.id));
    const joined = await readPdf(await bytesOf(organizationId, done));
    expect(joined.outline).toEqual([invoice.number, open.number]);
    expect(joined.pages[0]).toBe(single.pages[0]);
    expect(joined.pages.at(-1)).toContain(open.reference!.slice(-5));
    expect(joined.tags[0]!.filter((role) => role !== 'Part' && role !== 'Document')).toEqual(
      single.tags[0]!.filter((role) => role !== 'Document'),
    );
    expect(joined.tags[0]).toEqual(expect.arrayContaining(['H1', 'Table', 'TR', 'TH', 'TD']));
    expect(joined.language).toBe('fr');
  });

  it('as CSV has the rows of the direct export, also of several pages', async () => {
    const { organizationId, proForma } = await withDocuments();
    await addProFormas(organizationId, proForma.id as `pfm_${string}`, 1_800);
    const done = await ended(
      organizationId,
      await start(organizationId, { format: 'csv', csvFormat: 'semicolon_bom' }),
    );
    const csv = (await bytesOf(organizationId, done)).toString('utf8');
    expect(csv).toBe(await exportCsv(billing, organizationId, { format: 'semicolon_bom' }));
    const numbers = csv
      .trimEnd()
      .split('\r\n')
      .slice(1)
      .map((row) => row.split(';')[0]!);
    expect([numbers.length, new Set(numbers).size]).toEqual([1_804, 1_804]);
    expect(done.progress).toEqual({ documents: 1_804, totalDocuments: 1_804 });
  });

  it('contains only the listed documents, which must exist', async () => {
    const { organizationId, invoice, proForma } = await withDocuments();
    const other = await withDocuments();
    const done = await ended(
      organizationId,
      await start(organizationId, { format: 'zip', documentIds: [proForma.id, invoice.id] }),
    );
    expect([...(await unzip(await bytesOf(organizationId, done))).keys()]).toEqual(
      expect.arrayContaining([`${invoice.number}.pdf`, `${proForma.number}.pdf`]),
    );
    expect(done.progress.totalDocuments).toBe(2);
    const codeOf = (fields: object): Promise<string> =>
      billing.test.codeOf(
        startDocumentExport,
        { organizationId, format: 'zip', ...fields },
        people.viewer,
        billing.newKeyOptions(),
      );
    expect(await codeOf({ documentIds: [proForma.id, other.invoice.id] })).toBe('DOCUMENT_NOT_FOUND');
    expect(await codeOf({ from: '2020-01-01', to: '2020-12-31' })).toBe('DOCUMENT_EXPORT_EMPTY');
  });

  it('is refused above the limit of its format, and says how many documents match', async () => {
    const { organizationId, proForma } = await withDocuments();
    await addProFormas(organizationId, proForma.id as `pfm_${string}`, 1_000);
    await expect(start(organizationId, { format: 'pdf' })).rejects.toMatchObject({
      code: 'DOCUMENT_EXPORT_TOO_LARGE',
      detail: '1004 documents match, and a file can have 1000: choose a shorter period',
    });
  });

  it('is the same for a repeated request', async () => {
    const { organizationId } = await withDocuments();
    const options = billing.newKeyOptions();
    const input = { organizationId, format: 'csv' as const };
    const first = await billing.test.call(startDocumentExport, input, people.viewer, options);
    expect((await billing.test.call(startDocumentExport, input, people.viewer, options)).id).toBe(first.id);
    await ended(organizationId, first);
  });

  it('waits with at most 19 others of its organization, also when many are started at the same time', async () => {
    const organizationId = await billing.organization();
    await billing.proForma(organizationId);
    // Another worker has the oldest export, so the exports of the organization wait.
    await billing.test.rows(
      `insert into document_export (organization_id, id, format, delivery, request, total_documents, attempts,
         claimed_until, requested_by, requested_at)
       values ($1, $2, 'csv', 'download', '{"csvFormat":"comma"}', 1, 1, '9999-01-01', $3, '2000-01-01')`,
      [uuid(organizationId), uuid(newId('dex', new Date())), uuid(anna.account)],
    );
    const input = { organizationId, format: 'csv' as const };
    const codes = await Promise.all(
      Array.from({ length: 60 }, () =>
        billing.test.codeOf(startDocumentExport, input, people.viewer, billing.newKeyOptions()),
      ),
    );
    expect(codes.filter((code) => code === 'ok')).toHaveLength(19);
    expect(codes.filter((code) => code === 'DOCUMENT_EXPORTS_TOO_MANY')).toHaveLength(41);
  });

  it('needs the right to see documents at each step, and belongs to one organization', async () => {
    const { organizationId } = await withDocuments();
    const other = await billing.organization();
    const { id } = await ended(organizationId, await start(organizationId, { format: 'csv' }));
    for (const as of [people.collaborator, people.outsider]) {
      const input = { organizationId, documentExportId: id };
      expect(await billing.test.codeOf(getDocumentExport, input, as)).toMatch(/FORBIDDEN|NOT_FOUND|PERMISSION/);
      expect(await billing.test.codeOf(downloadDocumentExport, input, as)).toMatch(/FORBIDDEN|NOT_FOUND|PERMISSION/);
    }
    for (const contract of [getDocumentExport, downloadDocumentExport])
      expect(await billing.test.codeOf(contract, { organizationId: other, documentExportId: id }, anna)).toBe(
        'DOCUMENT_EXPORT_NOT_FOUND',
      );
  });

  it('of a worker that has stopped is started again', async () => {
    const { organizationId } = await withDocuments();
    const id = newId('dex', new Date());
    await billing.test.rows(
      `insert into document_export (organization_id, id, format, delivery, request, total_documents, attempts,
         claimed_until, requested_by, requested_at)
       values ($1, $2, 'csv', 'download', '{"csvFormat":"comma"}', 4, 1, $4::timestamptz - interval '1 second',
               $3, $4)`,
      [uuid(organizationId), uuid(id), uuid(anna.account), billing.test.process.clock.now()],
    );
    const done = await ended(organizationId, { id } as Export);
    expect(done).toMatchObject({ status: 'done', progress: { documents: 4, totalDocuments: 4 } });
    expect(await billing.test.rows(`select attempts from document_export where id = $1`, [uuid(id)])).toEqual([
      { attempts: 2 },
    ]);
  });

  it('is kept for seven days', async () => {
    const { organizationId } = await withDocuments();
    const done = await ended(organizationId, await start(organizationId, { format: 'csv' }));
    const input = { organizationId, documentExportId: done.id };
    billing.test.moveClockTo(new Date(Date.parse(done.expiresAt!) + 1_000).toISOString());
    expect(await billing.test.codeOf(downloadDocumentExport, input, anna)).toBe('DOCUMENT_EXPORT_EXPIRED');
    await billing.test.until(
      async () => (await billing.test.call(getDocumentExport, input, anna)).status === 'expired',
      'the expiry of the export',
    );
    expect(await billing.test.codeOf(downloadDocumentExport, input, anna)).toBe('DOCUMENT_EXPORT_EXPIRED');
  });
});
