import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { addAddress, changeAddress, listAddresses, removeAddress } from '@cordee/contracts/billing/address';
import { chargePeriod } from '@cordee/contracts/billing/charge';
import { creditInvoice, writeOffInvoice } from '@cordee/contracts/billing/credit-note';
import { createOrder } from '@cordee/contracts/billing/order';
import { createPaymentFile, listPaymentFiles, listPayOuts, payOutPrepaid } from '@cordee/contracts/billing/pay-out';
import { issueRenewalProForma } from '@cordee/contracts/billing/renewal-pro-forma';
import type { Contract } from '@cordee/contracts/contract';
import { newId } from '@cordee/contracts/id';
import { addDays } from '@cordee/calendar/local-date';
import type { Caller } from '@cordee/testing/test-service';
import { uuid } from '@cordee/testing/test-service';
import { expectConsistentLedger } from '../test/consistent-ledger.fixture.ts';
import { address, anna, asService, BillingFixture, staff } from '../test/billing.fixture.ts';

jest.setTimeout(180_000);
type OrganizationId = `org_${string}`;
const PRICE = 11_675;
const PAYER = { iban: 'CH5604835012345678009', accountHolder: 'Alpine Rescue' };

let billing: BillingFixture;
beforeAll(async () => {
  billing = await BillingFixture.start();
});
afterAll(() => billing.stop());

async function openInvoice(organizationId: OrganizationId) {
  const input = billing.chargeInput(organizationId, { method: 'on_credit' });
  const { invoiceId } = await billing.test.call(chargePeriod, input, asService);
  return billing.document(organizationId, invoiceId!);
}
const countOf = async (sql: string, ...parameters: unknown[]): Promise<number> =>
  Number((await billing.test.rows(`select count(*)::int as count from ${sql}`, parameters))[0]!['count']);
const renewalInput = (organizationId: OrganizationId) => ({
  organizationId,
  currency: 'CHF' as const,
  validUntil: addDays(billing.today(), 100),
  periods: [
    {
      productId: newId('prd', new Date()),
      type: 'web_hosting',
      name: 'alpine.example',
      interval: 'yearly' as const,
      periodStart: '2027-01-31',
      periodEnd: '2028-01-31',
    },
  ],
});

describe('200 concurrent documents of all kinds', () => {
  it('leave no gap when some transactions fail at the insert and some at the commit (C-DOC-03)', async () => {
    // The triggers below make the documents of these organizations fail.
    const failingOrganizations = new Set<OrganizationId>();
    const organizations = await Promise.all(
      Array.from({ length: 40 }, async (_, index) => {
        const isFailing = index % 8 < 2;
        const buyerNames = ['fails at insert', 'fails at commit'];
        const organizationId = await billing.organization(isFailing ? { name: buyerNames[index % 8]! } : {});
        if (isFailing) failingOrganizations.add(organizationId);
        return { organizationId, invoice: await openInvoice(organizationId) };
      }),
    );
    await billing.test.rows(`
      create function fail() returns trigger language plpgsql as $$ begin raise exception 'injected'; end $$`);
    for (const table of ['invoice', 'pro_forma', 'credit_note'])
      await billing.test.rows(`
        create trigger fail_insert before insert on ${table} for each row
          when (new.buyer ->> 'name' = 'fails at insert') execute function fail();
        create constraint trigger fail_commit after insert on ${table} deferrable initially deferred for each row
          when (new.buyer ->> 'name' = 'fails at commit') execute function fail()`);
    const requests = organizations.flatMap(({ organizationId, invoice }) => {
      const orderInput = { organizationId, lines: [{ type: 'web_hosting', name: 'a' }] };
      const creditInput = { organizationId, documentId: invoice.id as `inv_${string}`, amount: 100, reason: 'x' };
      const chargeInput = billing.chargeInput(organizationId, { method: 'on_credit' });
      const codeOf = <C extends Contract>(contract: C, input: unknown, as: Caller): Promise<string> =>
        billing.test.codeOf(contract, input as never, as, { ...billing.newKeyOptions(), timeoutMs: 60_000 });
      return [
        codeOf(createOrder, orderInput, anna),
        codeOf(creditInvoice, creditInput, staff),
        codeOf(chargePeriod, chargeInput, asService),
        codeOf(issueRenewalProForma, renewalInput(organizationId), asService),
        codeOf(creditInvoice, creditInput, staff),
      ].map(async (code) => ({ organizationId, code: await code }));
    });
    const answers = await Promise.all(requests);
    expect(answers).toHaveLength(200);
    for (const { organizationId, code } of answers)
      expect(code).toBe(failingOrganizations.has(organizationId) ? 'INTERNAL' : 'ok');
    for (const table of ['invoice', 'pro_forma', 'credit_note']) {
      const rows = await billing.test.rows(`select number from ${table} order by number`);
      expect(rows.map(({ number }) => Number(String(number).slice(-6)))).toEqual(rows.map((_, index) => index + 1));
      const [series] = await billing.test.rows(`select last_number::int from number_series where kind = $1`, [table]);
      expect(series!['last_number']).toBe(rows.length);
    }
    expect(await countOf('credit_note')).toBe(60);
    for (const { organizationId } of organizations) await expectConsistentLedger(billing, organizationId);
  });
});

describe('repeated calls with the same idempotency key execute', () => {
  /** Sends a command four times at once, and then twice. Returns the answer, which is the same for all calls. */
  async function repeat<C extends Contract>(
    contract: C,
    input: Parameters<typeof billing.test.call<C>>[1],
    as: Caller,
  ) {
    const options = billing.newKeyOptions();
    const codes = await Promise.all(Array.from({ length: 4 }, () => billing.test.codeOf(contract, input, as, options)));
    expect(codes).toContain('ok');
    expect(codes.filter((code) => code !== 'ok' && code !== 'IDEMPOTENCY_KEY_RUNNING')).toEqual([]);
    const answer = await billing.test.call(contract, input, as, options);
    expect(await billing.test.call(contract, input, as, options)).toEqual(answer);
    return answer;
  }

  it('creditInvoice and writeOffInvoice once', async () => {
    const organizationId = await billing.organization();
    const { id } = await openInvoice(organizationId);
    const documentId = id as `inv_${string}`;
    await repeat(creditInvoice, { organizationId, documentId, amount: 675, reason: 'x' }, staff);
    expect(await billing.document(organizationId, id)).toMatchObject({ open: { amount: 11_000 } });
    await repeat(writeOffInvoice, { organizationId, documentId, reason: 'x' }, staff);
    expect(
      await countOf(`ledger_booking where organization_id = $1 and kind = 'write_off'`, uuid(organizationId)),
    ).toBe(1);
    await expectConsistentLedger(billing, organizationId);
  });

  it('payOutPrepaid and createPaymentFile once', async () => {
    const organizationId = await billing.organization();
    await billing.topUp(organizationId, 5_000);
    const { id } = await repeat(payOutPrepaid, { organizationId, amount: 2_000, ...PAYER }, anna);
    expect(await billing.balance(organizationId)).toBe(3_000);
    expect((await billing.test.call(listPayOuts, { organizationId }, anna)).data).toMatchObject([{ id }]);
    const file = await repeat(createPaymentFile, {}, staff);
    expect((await billing.test.call(listPaymentFiles, {}, staff)).data).toEqual([file]);
  });

  it('issueRenewalProForma once', async () => {
    const organizationId = await billing.organization();
    const { id } = await repeat(issueRenewalProForma, renewalInput(organizationId), asService);
    expect(await billing.document(organizationId, id)).toMatchObject({ status: 'issued' });
    expect(await countOf('pro_forma where organization_id = $1', uuid(organizationId))).toBe(1);
  });

  it('addAddress, changeAddress and removeAddress once', async () => {
    const organizationId = await billing.organization();
    const { id: addressId } = await repeat(addAddress, { organizationId, ...address, name: 'B' }, anna);
    await repeat(changeAddress, { organizationId, addressId, name: 'C', isDefault: true }, anna);
    const { data } = await billing.test.call(listAddresses, { organizationId }, anna);
    expect(data.map(({ name, isDefault }) => [name, isDefault])).toEqual([
      [address.name, false],
      ['C', true],
    ]);
    await repeat(removeAddress, { organizationId, addressId: data[0]!.id }, anna);
    expect((await billing.test.call(listAddresses, { organizationId }, anna)).data).toHaveLength(1);
  });
});

describe('credits, payments, write-offs and pay-outs of one organization at the same time', () => {
  it('return declared errors or succeed, and leave a consistent ledger', async () => {
    const seenCodes = new Set<string>();
    for (let round = 0; round < 8; round += 1) {
      const organizationId = await billing.organization();
      const invoice = await openInvoice(organizationId);
      const paidOrder = await billing.paidOrder(organizationId);
      await billing.topUp(organizationId, PRICE - 1);
      const documentId = invoice.id as `inv_${string}`;
      const send = async <C extends Contract>(contract: C, input: unknown, as: Caller): Promise<void> => {
        const code = await billing.test.codeOf(contract, input as never, as, billing.newKeyOptions());
        expect(['ok', ...Object.keys(contract.errors)]).toContain(code);
        seenCodes.add(`${contract.subject} ${code}`);
      };
      await Promise.all([
        send(creditInvoice, { organizationId, documentId, amount: 5_000, reason: 'x' }, staff),
        send(creditInvoice, { organizationId, documentId, reason: 'x', refundTo: 'prepaid' }, staff),
        send(
          creditInvoice,
          { organizationId, documentId: paidOrder.invoice.id, reason: 'x', refundTo: 'prepaid' },
          staff,
        ),
        send(writeOffInvoice, { organizationId, documentId, reason: 'x' }, staff),
        send(payOutPrepaid, { organizationId, amount: 9_000, ...PAYER }, anna),
        send(payOutPrepaid, { organizationId, amount: 9_000, ...PAYER }, anna),
        billing.receive({ amount: PRICE, reference: invoice.reference! }),
        billing.receive({ amount: 100, reference: invoice.reference! }),
      ]);
      await expectConsistentLedger(billing, organizationId);
    }
    expect(seenCodes).toContain('rpc.billing.credit_note.create.v1 ok');
    expect(seenCodes).toContain('rpc.billing.pay_out.order.v1 ok');
  });
});
