import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { chargePeriod } from '@cordee/contracts/billing/charge';
import { payDocument } from '@cordee/contracts/billing/document';
import { cancelOrder, getOrder } from '@cordee/contracts/billing/order';
import { newId } from '@cordee/contracts/id';
import { uuid } from '@cordee/testing/test-service';
import { Client } from 'pg';
import { expectConsistentLedger } from '../../test/consistent-ledger.fixture.ts';
import { anna, asService, BillingFixture, chf, people } from '../../test/billing.fixture.ts';

jest.setTimeout(180_000);
let billing: BillingFixture;
beforeAll(async () => {
  billing = await BillingFixture.start();
});
afterAll(() => billing.stop());

/** The gross price of one year of web hosting, in centimes. */
const PRICE = 11_675;

describe('prepaid under concurrency (PAY-4)', () => {
  it('spends no more than its balance on 100 concurrent charges', async () => {
    const organizationId = await billing.organization();
    await billing.topUp(organizationId, 30 * PRICE + 1);
    const answers = await Promise.all(
      Array.from({ length: 100 }, () =>
        billing.test.call(chargePeriod, billing.chargeInput(organizationId), asService, { timeoutMs: 60_000 }),
      ),
    );
    expect(answers.filter(({ status }) => status === 'paid')).toHaveLength(30);
    expect(answers.filter(({ status }) => status === 'declined')).toHaveLength(70);
    expect(await billing.balance(organizationId)).toBe(1);
    await expectConsistentLedger(billing, organizationId);
  });

  it('creates one invoice for 100 concurrent payments of one pro forma by two people', async () => {
    const organizationId = await billing.organization();
    await billing.topUp(organizationId, 3 * PRICE);
    const { id } = await billing.proForma(organizationId);
    const pay = (index: number) =>
      billing.test.codeOf(
        payDocument,
        { organizationId, documentId: id, method: 'prepaid' },
        index % 2 ? anna : people.payer,
        { ...billing.newKeyOptions(), timeoutMs: 60_000 },
      );
    const codes = await Promise.all(Array.from({ length: 100 }, (_, index) => pay(index)));
    expect(codes.filter((code) => code === 'ok')).toHaveLength(1);
    expect(codes.filter((code) => code === 'DOCUMENT_NOT_PAYABLE')).toHaveLength(99);
    expect(await billing.balance(organizationId)).toBe(2 * PRICE);
  });

  it('pays once per idempotency key, repeats the response, and does not pay without a key', async () => {
    const organizationId = await billing.organization();
    await billing.topUp(organizationId, 3 * PRICE);
    const input = {
      organizationId,
      documentId: (await billing.proForma(organizationId)).id,
      method: 'prepaid' as const,
    };
    expect(await billing.test.codeOf(payDocument, input, anna)).toBe('IDEMPOTENCY_KEY_MISSING');
    const keyOptions = billing.newKeyOptions();
    const codes = await Promise.all([1, 2, 3, 4].map(() => billing.test.codeOf(payDocument, input, anna, keyOptions)));
    expect(codes.filter((code) => code !== 'IDEMPOTENCY_KEY_RUNNING').every((code) => code === 'ok')).toBe(true);
    const firstResponse = await billing.test.call(payDocument, input, anna, keyOptions);
    expect(firstResponse).toMatchObject({ status: 'paid', total: chf(PRICE) });
    expect(await billing.test.call(payDocument, input, anna, keyOptions)).toEqual(firstResponse);
    expect(await billing.balance(organizationId)).toBe(2 * PRICE);
    expect(
      await billing.test.codeOf(payDocument, { ...input, documentId: firstResponse.id }, anna, billing.newKeyOptions()),
    ).toBe('DOCUMENT_NOT_PAYABLE');
  });

  it('is charged for an order when the payment wins over a concurrent cancellation, else not', async () => {
    for (let round = 0; round < 5; round += 1) {
      const organizationId = await billing.organization();
      await billing.topUp(organizationId, PRICE);
      const { id: orderId, proFormaId } = await billing.order(organizationId);
      const [payCode, cancelCode] = await Promise.all([
        billing.test.codeOf(
          payDocument,
          { organizationId, documentId: proFormaId, method: 'prepaid' },
          anna,
          billing.newKeyOptions(),
        ),
        billing.test.codeOf(cancelOrder, { organizationId, orderId }, anna),
      ]);
      const isPaid = payCode === 'ok';
      expect([payCode, cancelCode]).toEqual(isPaid ? ['ok', 'ORDER_PAID'] : ['DOCUMENT_NOT_PAYABLE', 'ok']);
      expect(await billing.test.call(getOrder, { organizationId, orderId }, anna)).toMatchObject({
        status: isPaid ? 'paid' : 'cancelled',
      });
      expect(await billing.balance(organizationId)).toBe(isPaid ? 0 : PRICE);
    }
  });

  it('is zero after equal numbers of concurrent bank transfers and charges', async () => {
    const organizationId = await billing.organization();
    const { standingOrderReference: reference } = await billing.prepaid(organizationId);
    await Promise.all(
      Array.from({ length: 40 }, (_, index): Promise<unknown> =>
        index % 2
          ? billing.receive({ amount: PRICE, reference })
          : billing.test.call(chargePeriod, billing.chargeInput(organizationId, { method: 'on_credit' }), asService, {
              timeoutMs: 60_000,
            }),
      ),
    );
    expect(await billing.balance(organizationId)).toBe(0);
    await expectConsistentLedger(billing, organizationId);
  });
});

describe('the ledger', () => {
  it('refuses entries that do not sum to zero, and edits of entries and bookings', async () => {
    const { database } = billing.test;
    const organizationId = await billing.organization();
    await billing.topUp(organizationId, 100);
    const [row] = await billing.test.rows(`select organization_id, id from ledger_booking where organization_id = $1`, [
      uuid(organizationId),
    ]);
    const keySql = `'${String(row!['organization_id'])}', '${String(row!['id'])}'`;
    await expect(
      database.query(
        `insert into ledger_entry values (${keySql}, 90, 'bank', 'CHF', 5), (${keySql}, 91, 'prepaid', 'CHF', -4)`,
      ),
    ).rejects.toThrow('do not sum to zero');
    await expect(
      database.query(
        `insert into ledger_entry values (${keySql}, 90, 'bank', 'CHF', 5), (${keySql}, 91, 'prepaid', 'EUR', -5)`,
      ),
    ).rejects.toThrow('do not sum to zero');
    for (const statement of [
      'update ledger_entry set amount = 0',
      'delete from ledger_entry',
      'update ledger_booking set reason = null',
      'delete from ledger_booking',
    ]) {
      await database.query('begin; set local role cordee_billing_staff;');
      await expect(database.query(statement)).rejects.toThrow('permission denied');
      await database.query('rollback');
    }
  });

  it('refuses entries that spend more prepaid money than there is, also in two transactions at once', async () => {
    const organizationId = await billing.organization();
    await billing.topUp(organizationId, 100);
    const { host, port, user, password, database } = billing.test.database;
    const [first, second] = [1, 2].map(
      () => new Client({ host, port, user: user!, password: password!, database: database! }),
    ) as [Client, Client];
    await Promise.all([first.connect(), second.connect()]);
    const spend = async (client: Client, amount: number, currency = 'CHF'): Promise<string> => {
      const keySql = `'${uuid(organizationId)}', '${uuid(newId('bkg', new Date()))}'`;
      try {
        await client.query(`begin;
          insert into ledger_booking (organization_id, id, kind, reason, valued_on, booked_at)
            values (${keySql}, 'pay_out', 'paid_out', current_date, current_timestamp);
          insert into ledger_entry
            values (${keySql}, 1, 'prepaid', '${currency}', ${amount}),
                   (${keySql}, 2, 'outgoing', '${currency}', -${amount});
          commit`);
        return 'spent';
      } catch (error) {
        await client.query('rollback');
        return (error as Error).message;
      }
    };
    expect(await spend(first, 101)).toContain('below zero');
    expect(await spend(first, 1, 'EUR')).toContain('below zero');
    const results = await Promise.all([spend(first, 60), spend(second, 60)]);
    expect(results.filter((result) => result === 'spent')).toHaveLength(1);
    expect(results.filter((result) => result.includes('below zero'))).toHaveLength(1);
    expect(await billing.balance(organizationId)).toBe(40);
    await Promise.all([first.end(), second.end()]);
  });
});
