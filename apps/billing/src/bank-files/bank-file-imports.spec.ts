import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  getBankFileImport,
  listBankFileImports,
  startBankFileImport,
} from '@cordee/contracts/billing/bank-file-import';
import type { Answer } from '@cordee/contracts/contract';
import { newId } from '@cordee/contracts/id';
import { waitFor } from '@cordee/testing/wait-for';
import { anna, BillingFixture, people, staff, type FilePayment } from '../../test/billing.fixture.ts';

type Import = Answer<typeof getBankFileImport>;

let billing: BillingFixture;
beforeAll(async () => {
  billing = await BillingFixture.start();
});
afterAll(() => billing.stop());

/** Returns more payments than one set has, of an unknown payer. */
const manyPayments = (count = 1_200): FilePayment[] =>
  Array.from({ length: count }, (_, index) => ({ amount: 100 + index }));

const startImport = async (content: string): Promise<Import> =>
  billing.test.call(startBankFileImport, { fileId: await billing.upload(content) }, staff);

const getImport = (id: `bfi_${string}`): Promise<Import> =>
  billing.test.call(getBankFileImport, { bankFileImportId: id }, staff);

/** Waits for the end of an import. */
const waitForEnd = async ({ id }: Pick<Import, 'id'>): Promise<Import> => {
  await waitFor(async () => !['queued', 'running'].includes((await getImport(id)).status), 'the end of the import');
  return getImport(id);
};

const importAsJob = async (content: string): Promise<Import> => waitForEnd(await startImport(content));

/** Counts what an import stores. Receipts are issued later by a job. */
const countRows = async (): Promise<unknown> =>
  billing.test.rows(
    `select (select count(*) from bank_file) as files, (select count(*) from bank_booking) as bookings,
            (select count(*) from ledger_booking) as ledger,
            (select count(*) from outbox where subject not like '%.receipt.%') as events`,
  );

/**
 * Starts an import and blocks it in its booking step, until `run` resolves. `run` gets the import and the id of the
 * database process that books it.
 */
async function whileBooking(content: string, run: (started: Import, pid: number) => Promise<void>): Promise<Import> {
  await billing.test.rows('begin');
  let started: Import;
  try {
    await billing.test.rows('lock table bank_booking in exclusive mode');
    started = await startImport(content);
    const findBlocked = () =>
      billing.test.rows(
        `select pid from pg_locks where relation = 'bank_booking'::regclass and not granted
         and database = (select oid from pg_database where datname = current_database())`,
      );
    await waitFor(async () => (await findBlocked()).length > 0, 'the wait of the import for the table');
    await run(started, (await findBlocked())[0]!['pid'] as number);
  } finally {
    await billing.test.rows('rollback');
  }
  return started;
}

describe('the import of a large bank file', () => {
  it('runs as a job and shows its progress, and its report when it is done', async () => {
    const organizationId = await billing.organization();
    const proForma = await billing.proForma(organizationId);
    const payment = { amount: proForma.total.amount, reference: proForma.reference! };
    const content = billing.camt([...manyPayments(), payment]);
    const started = await whileBooking(content, async ({ id, status, progress }) => {
      expect([status, progress]).toEqual([
        'queued',
        { step: 'check', bytesRead: 0, totalBytes: content.length, bookings: 0 },
      ]);
      await waitFor(async () => (await getImport(id)).status === 'running', 'the start of the import');
    });
    const done = await waitForEnd(started);
    expect(done).toMatchObject({
      status: 'done',
      requestedBy: 'acc_01je5nryg0fgz9y05x3mqpmjrs',
      progress: { step: 'book', bytesRead: content.length, totalBytes: content.length, bookings: 1_201 },
      report: { kind: '054', counts: { booked: 1, suspense: 1_200, alreadyBooked: 0 } },
      errors: [],
    });
    expect(done.report!.bookings).toHaveLength(1_000);
    expect((await billing.document(organizationId, proForma.id)).status).toBe('converted');
    const { data } = await billing.test.call(listBankFileImports, { limit: 1 }, staff);
    const { report: _report, errors: _errors, ...summary } = done;
    expect(data).toEqual([summary]);
  });

  it('of a small file, which is read once, has read all bytes when it is done', async () => {
    const content = billing.camt([{ amount: 4_200 }]);
    const { status, progress } = await importAsJob(content);
    expect([status, progress.bytesRead, progress.totalBytes]).toEqual(['done', content.length, content.length]);
  });

  it('skips the bookings of earlier imports, also of synchronous imports', async () => {
    const content = billing.camt([...manyPayments(), { amount: 5_000, servicerReference: 'TWICE' }]);
    expect((await importAsJob(content)).report?.counts).toMatchObject({ suspense: 1_201, alreadyBooked: 0 });
    expect((await importAsJob(content)).report?.counts).toMatchObject({ suspense: 0, alreadyBooked: 1_201 });
    expect((await billing.importFile(content)).counts).toMatchObject({ suspense: 0, alreadyBooked: 1_201 });
  });

  it('recognizes a repeated booking and a reversal in a later set of the same file', async () => {
    const organizationId = await billing.organization();
    const { standingOrderReference: reference } = await billing.prepaid(organizationId);
    const first: FilePayment = { amount: 7_000, reference, servicerReference: 'FIRST', endToEndId: 'E2E-FIRST' };
    const reversed: FilePayment = { ...first, amount: 4_000, servicerReference: 'SECOND', endToEndId: 'E2E-SECOND' };
    const reversal: FilePayment = { ...reversed, isReversal: true, servicerReference: 'BACK' };
    const { report } = await importAsJob(
      billing.camt([first, reversed, ...manyPayments(600), first, reversal, ...manyPayments(600), reversal]),
    );
    // The second reversal is the same booking as the first one.
    expect(report?.counts).toMatchObject({ booked: 3, suspense: 1_200, alreadyBooked: 2 });
    expect(await billing.balance(organizationId)).toBe(7_000);
  });

  it('pays the oldest invoice from prepaid only after all payments of the file', async () => {
    const organizationId = await billing.organization();
    const { standingOrderReference } = await billing.prepaid(organizationId);
    const { invoice } = await billing.paidOrder(organizationId);
    expect(invoice.status).toBe('paid');
    const openProForma = await billing.proForma(organizationId);
    const { report } = await importAsJob(
      billing.camt([
        { amount: 20_000, reference: standingOrderReference },
        ...manyPayments(600),
        { amount: openProForma.total.amount, reference: openProForma.reference! },
      ]),
    );
    expect(report?.counts).toMatchObject({ booked: 2, suspense: 600 });
    expect(await billing.balance(organizationId)).toBe(20_000);
  });

  it.each([
    [
      'a malformed last line',
      (file: string) => file.replace('</Document>', '</Dokument>'),
      { code: 'XML_MALFORMED', path: '', detail: expect.stringContaining('column') },
    ],
    [
      'a wrong amount in its last entry',
      (file: string) =>
        file.replace('100.00</Amt></TxDtls>', 'x</Amt></TxDtls>').replace(/(.*)\d\.\d\d<\/Amt>/s, '$1x</Amt>'),
      { code: 'AMOUNT_INVALID', path: expect.stringContaining('Ntry[1200]') },
    ],
    [
      'a sum that is too large',
      (file: string) =>
        file.replace(
          '</TxDtls>',
          `<Chrgs>${'<Rcrd><Amt Ccy="CHF">90071992547409.91</Amt></Rcrd>'.repeat(2)}</Chrgs></TxDtls>`,
        ),
      { code: 'AMOUNT_INVALID', path: expect.stringContaining('TxDtls') },
    ],
    [
      'an unknown account',
      (file: string) => file.replaceAll(/<IBAN>CH93\w+/g, '<IBAN>CH5604835012345678009'),
      { code: 'ACCOUNT_UNKNOWN', path: '/Document/BkToCstmrDbtCdtNtfctn/Ntfctn[1]/Acct/Id' },
    ],
  ])('is refused with line, path and reason, and leaves nothing, for %s', async (_name, change, error) => {
    const content = change(billing.camt(manyPayments()).replaceAll('<Ntry>', '\n<Ntry>'));
    const rowsBefore = await countRows();
    const refused = await importAsJob(content);
    expect(refused).toMatchObject({
      status: 'refused',
      report: null,
      errors: [{ line: expect.any(Number), ...error }],
    });
    expect(await countRows()).toEqual(rowsBefore);
  });

  it('starts again after its database process was killed, and books everything once', async () => {
    const content = billing.camt(manyPayments());
    const rowsBefore = await countRows();
    const started = await whileBooking(content, async (_, pid) => {
      await billing.test.rows('select pg_terminate_backend($1)', [pid]);
      await waitFor(
        async () =>
          (await billing.test.rows('select from bank_file_import_progress where next_attempt_at is not null')).length >
          0,
        'the end of the attempt',
      );
      expect(await countRows()).toEqual(rowsBefore);
      expect(
        (await getImport((await billing.test.call(listBankFileImports, { limit: 1 }, staff)).data[0]!.id)).status,
      ).toBe('queued');
    });
    billing.test.moveClockTo(new Date(billing.test.process.clock.now().getTime() + 60_000).toISOString());
    expect((await waitForEnd(started)).report?.counts).toMatchObject({ suspense: 1_200, alreadyBooked: 0 });
    expect((await billing.importFile(content)).counts).toMatchObject({ suspense: 0, alreadyBooked: 1_200 });
  });

  it('starts again after the service was stopped, and books everything once', async () => {
    const separateBilling = await BillingFixture.start();
    const count = async (sql: string): Promise<number> => Number((await separateBilling.test.rows(sql))[0]!['count']);
    try {
      await separateBilling.test.rows('begin');
      await separateBilling.test.rows('lock table bank_booking in exclusive mode');
      const fileId = await separateBilling.upload(separateBilling.camt(manyPayments()));
      await separateBilling.test.call(startBankFileImport, { fileId }, staff);
      const blockedSql = `select count(*) from pg_locks where relation = 'bank_booking'::regclass and not granted
        and database = (select oid from pg_database where datname = current_database())`;
      await waitFor(async () => (await count(blockedSql)) > 0, 'the wait of the import for the table');
      const stopped = separateBilling.test.stopHost();
      await separateBilling.test.rows('rollback');
      await stopped;
      expect(await count('select count(*) from bank_file')).toBe(0);
      expect(await count(`select count(*) from bank_file_import where status = 'queued'`)).toBe(1);
      const replica = await separateBilling.test.startReplica();
      try {
        const doneSql = `select count(*) from bank_file_import where status = 'done'`;
        await waitFor(async () => (await count(doneSql)) === 1, 'the end of the import');
      } finally {
        await replica.stop();
      }
      expect(await count('select count(*) from bank_file')).toBe(1);
      expect(await count('select count(*) from bank_booking')).toBe(1_200);
    } finally {
      await separateBilling.stop();
    }
  });

  it('is started once per idempotency key', async () => {
    const fileId = await billing.upload(billing.camt([{ amount: 300 }]));
    const options = billing.newKeyOptions();
    const call = () => billing.test.call(startBankFileImport, { fileId }, staff, options);
    const [first, second] = [await call(), await call()];
    expect(second.id).toBe(first.id);
    expect((await waitForEnd(first)).report?.counts.suspense).toBe(1);
  });

  it('is available to staff only, and only for stored files', async () => {
    const { id } = await importAsJob(billing.camt([{ amount: 400 }]));
    const fileId = await billing.upload(billing.camt([{ amount: 500 }]));
    const input = { bankFileImportId: id };
    for (const person of [anna, people.outsider]) {
      expect(await billing.test.codeOf(startBankFileImport, { fileId }, person)).toBe('NOT_FOUND');
      expect(await billing.test.codeOf(getBankFileImport, input, person)).toBe('NOT_FOUND');
      expect(await billing.test.codeOf(listBankFileImports, {}, person)).toBe('NOT_FOUND');
    }
    expect(await billing.test.codeOf(getBankFileImport, input, 'nobody')).toBe('SIGN_IN_REQUIRED');
    const unknown = { bankFileImportId: newId('bfi', new Date()) };
    expect(await billing.test.codeOf(getBankFileImport, unknown, staff)).toBe('BANK_FILE_IMPORT_NOT_FOUND');
    const unknownFile = { fileId: newId('fil', new Date()) };
    expect(await billing.test.codeOf(startBankFileImport, unknownFile, staff)).toBe('FILE_NOT_FOUND');
  });
});
