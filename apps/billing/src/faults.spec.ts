import { setTimeout as sleep } from 'node:timers/promises';
import { chargePeriod } from '@cordee/contracts/billing/charge';
import { importBankFile } from '@cordee/contracts/billing/bank-file';
import { newId } from '@cordee/contracts/id';
import { uuid } from '@cordee/testing/test-service';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { asService, BillingFixture, staff } from '../test/billing.fixture.ts';
import { expectConsistentLedger } from '../test/consistent-ledger.fixture.ts';

jest.setTimeout(300_000);

/** The number of finalizations at the same time. `npm run faults` is the long run. */
const FINALIZATIONS = 200;
const KILLS = 10;
const PRICE = 11_675;
type OrganizationId = `org_${string}`;

let billing: BillingFixture;
beforeAll(async () => {
  billing = await BillingFixture.start();
});
afterAll(() => billing.stop());

/** Errors after which a caller repeats its call. */
const temporaryCodes = ['INTERNAL', 'SERVICE_UNAVAILABLE', 'IDEMPOTENCY_KEY_RUNNING'];

/** Repeats a call until it succeeds, as services do. Returns the number of failures. */
async function repeat(send: () => Promise<string>): Promise<number> {
  for (let failures = 0; ; failures += 1) {
    const code = await send();
    if (code === 'ok') return failures;
    expect(temporaryCodes).toContain(code);
    await sleep(20);
  }
}

/** Ends all transactions of the service that are in the middle of their work. */
const killBackends = () =>
  billing.test.rows(
    `select pg_terminate_backend(pid) from pg_stat_activity
     where datname = current_database() and pid <> pg_backend_pid() and state in ('active', 'idle in transaction')`,
  );

/** Kills the backends at random times, until the work is done. */
async function killBackendsUntil(signal: AbortSignal, kills: number): Promise<void> {
  for (let kill = 0; kill < kills && !signal.aborted; kill += 1) {
    await sleep(20 + Math.random() * 150);
    await killBackends();
  }
}

const createOrganizations = (count: number): Promise<OrganizationId[]> =>
  Promise.all(Array.from({ length: count }, () => billing.organization()));

const chargeOf = (organizationId: OrganizationId) => billing.chargeInput(organizationId, { method: 'on_credit' });

const numbersOf = async (): Promise<{ number: string; issued_on: string }[]> =>
  (await billing.test.rows(`select number, issued_on::text from invoice order by number`)) as {
    number: string;
    issued_on: string;
  }[];

/** Expects numbers from 1 on without gaps that ascend with the dates. */
async function expectContiguousNumbers(): Promise<void> {
  const rows = await numbersOf();
  expect(rows.map(({ number }) => Number(number.slice(-6)))).toEqual(rows.map((_, index) => index + 1));
  expect(rows.map((row) => row.issued_on)).toEqual(rows.map((row) => row.issued_on).sort());
  const [series] = await billing.test.rows(`select last_number::int from number_series where kind = 'invoice'`);
  expect(series!['last_number']).toBe(rows.length);
}

describe('concurrent finalizations while connections to the database are killed (C-DOC-03)', () => {
  it('issue each invoice once, with numbers without gaps', async () => {
    const organizations = await createOrganizations(20);
    const charges = Array.from({ length: FINALIZATIONS }, (_, index) => chargeOf(organizations[index % 20]!));
    const work = new AbortController();
    const killing = killBackendsUntil(work.signal, KILLS);
    const failures = await Promise.all(
      charges.map((input) =>
        repeat(() =>
          billing.test.codeOf(chargePeriod, input, asService, { idempotencyKey: input.chargeId, timeoutMs: 60_000 }),
        ),
      ),
    );
    work.abort();
    await killing;
    // At least one kill has hit a call.
    expect(failures.some((count) => count > 0)).toBe(true);
    const rows = await billing.test.rows(
      `select charge.id from charge join invoice on invoice.id = invoice_id where charge.id = any($1::uuid[])`,
      [charges.map(({ chargeId }) => uuid(chargeId))],
    );
    expect(rows).toHaveLength(FINALIZATIONS);
    expect(await numbersOf()).toHaveLength(FINALIZATIONS);
    await expectContiguousNumbers();
    for (const organizationId of organizations) await expectConsistentLedger(billing, organizationId);
  });
});

describe('two importers of the same payments, while connections are killed', () => {
  it('book each payment once', async () => {
    const organizations = await createOrganizations(4);
    const countBefore = (await numbersOf()).length;
    const proFormas = await Promise.all(
      Array.from({ length: 40 }, async (_, index) => {
        const organizationId = organizations[index % 4]!;
        return { organizationId, ...(await billing.proForma(organizationId)) };
      }),
    );
    const payments = proFormas.map(({ reference }, index) => ({
      amount: PRICE + (index % 3),
      reference: reference!,
      servicerReference: newId('bkg', new Date()),
    }));
    // The files overlap: each payment is in two or three of them.
    const files = [0, 10, 20].flatMap((start) => [
      billing.camt(payments.slice(start, start + 20)),
      billing.camt(payments.slice(start, start + 20)),
    ]);
    const work = new AbortController();
    const killing = killBackendsUntil(work.signal, 8);
    await Promise.all(
      files.map(async (content) => {
        let fileId: `fil_${string}` | undefined;
        await repeat(async () => {
          try {
            fileId ??= await billing.upload(content);
          } catch {
            return 'INTERNAL';
          }
          return billing.test.codeOf(importBankFile, { fileId }, staff, { timeoutMs: 60_000 });
        });
      }),
    );
    work.abort();
    await killing;
    for (const { organizationId, id } of proFormas) {
      const { status, invoiceId } = await billing.document(organizationId, id);
      expect(status).toBe('converted');
      expect(await billing.document(organizationId, invoiceId!)).toMatchObject({ status: 'paid' });
    }
    const counted = await billing.test.rows(
      `select count(*)::int as count, sum(amount)::int as amount from bank_booking
       where status = 'paid' and reference = any($1::text[])`,
      [payments.map(({ reference }) => reference)],
    );
    expect(counted).toEqual([{ count: 40, amount: payments.reduce((sum, { amount }) => sum + amount, 0) }]);
    expect(await numbersOf()).toHaveLength(countBefore + 40);
    await expectContiguousNumbers();
    for (const organizationId of organizations) await expectConsistentLedger(billing, organizationId);
    // The surplus of each payment is in prepaid once.
    const balances = await Promise.all(organizations.map((organizationId) => billing.balance(organizationId)));
    expect(balances.reduce((sum, amount) => sum + amount, 0)).toBe(
      payments.reduce((sum, { amount }) => sum + amount - PRICE, 0),
    );
  });
});
