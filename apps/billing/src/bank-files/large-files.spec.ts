import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { importBankFile } from '@cordee/contracts/billing/bank-file';
import { chargePeriod } from '@cordee/contracts/billing/charge';
import { newId, toUuid } from '@cordee/contracts/id';
import { uuid } from '@cordee/testing/test-service';
import { asService, BillingFixture, staff, type FilePayment } from '../../test/billing.fixture.ts';
import { knownBookingsSql } from './known-bookings.ts';
import { makeReference } from '../payments/payment-reference.ts';

/** One more than the number of payments that the import reads and writes together. */
const PAYMENTS = 501;
const IBAN = 'CH2909000000250094239';

let billing: BillingFixture;
beforeAll(async () => {
  billing = await BillingFixture.start();
});
afterAll(() => billing.stop());

const unknownReference = makeReference('SCOR', 'invoice', 99_999_999);
/** Payments that go to suspense, so that the payments around them are in different sets. */
const otherPayments = (count: number): FilePayment[] =>
  Array.from({ length: count }, () => ({ amount: 100, reference: unknownReference }));

async function importPayments(payments: FilePayment[]) {
  const fileId = await billing.upload(billing.camt(payments));
  return billing.test.call(importBankFile, { fileId }, staff, { timeoutMs: 30_000 });
}

/** Issues pro formas of orders. Copies one pro forma, because an order takes several calls. Returns the references. */
async function issueProFormas(organizationId: `org_${string}`, count: number): Promise<string[]> {
  const { id } = await billing.proForma(organizationId);
  const references = Array.from({ length: count }, (_, index) => makeReference('SCOR', 'pro_forma', 5_000_000 + index));
  await billing.test.rows(
    `with copy as (
       select reference, position, gen_random_uuid() as id, gen_random_uuid() as order_id
       from unnest($2::text[]) with ordinality as copy (reference, position)
     ), pro_forma_copy as (
       insert into pro_forma (
         organization_id, id, number, status, issued_on, currency, net, vat, total, reference, order_id, language,
         is_reverse_charge, seller, buyer, created_at, valid_until
       )
       select organization_id, copy.id, 'COPY-' || position, status, issued_on, currency, net, vat, total,
              copy.reference, copy.order_id, language, is_reverse_charge, seller, buyer, created_at, valid_until
       from pro_forma cross join copy where pro_forma.id = $1
     ), order_copy as (
       insert into "order" (organization_id, id, status, currency, lines, pro_forma_id, total, created_at)
       select organization_id, order_id, status, currency, lines, copy.id, total, created_at
       from "order" cross join copy where pro_forma_id = $1
     ), line_copy as (
       insert into document_line (
         organization_id, document_id, position, product_id, text, interval, net, vat_basis_points, vat, period_start,
         period_end
       )
       select organization_id, copy.id, line.position, product_id, text, interval, net, vat_basis_points, vat,
              period_start, period_end
       from document_line line cross join copy where document_id = $1
     )
     insert into payment_reference (reference, kind, organization_id, document_id, created_at)
     select reference, 'pro_forma', $3, id, now() from copy`,
    [toUuid(id), references, toUuid(organizationId)],
  );
  return references;
}

describe('a bank file with more payments than one set', () => {
  it('converts each pro forma once, with numbers without gaps and with its events in order', async () => {
    const organizationId = await billing.organization();
    const references = await issueProFormas(organizationId, PAYMENTS);
    const payments = references.map((reference) => ({ amount: 11_675, reference }));
    expect((await importPayments(payments)).counts.booked).toBe(PAYMENTS);

    const invoices = await billing.test.rows(
      `select min(split_part(number, '-', 3)::int) as first, max(split_part(number, '-', 3)::int) as last,
              count(distinct number)::int as count, count(distinct pro_forma_id)::int as converted,
              count(distinct reference)::int as refs, sum(paid_amount)::int as paid
       from invoice where organization_id = $1`,
      [toUuid(organizationId)],
    );
    expect(invoices).toEqual([
      { first: 1, last: PAYMENTS, count: PAYMENTS, converted: PAYMENTS, refs: PAYMENTS, paid: PAYMENTS * 11_675 },
    ]);
    const states = await billing.test.rows(
      `select count(*)::int as count from pro_forma join "order" on pro_forma_id = pro_forma.id
       join invoice on invoice.id = pro_forma.invoice_id and invoice.id = "order".invoice_id
       where pro_forma.status = 'converted' and "order".status = 'paid' and invoice.order_id = "order".id`,
    );
    expect(states).toEqual([{ count: PAYMENTS }]);
    const events = await billing.test.rows(
      `select count(distinct entity_id)::int as invoices,
              count(*) filter (where sequence = 1 and is_issued)::int as issued,
              count(*) filter (where sequence = 2 and not is_issued)::int as paid,
              bool_and(sequence = (body->>'sequence')::int) as is_numbered
       from (
         select *, subject like '%issued%' as is_issued from outbox where subject like 'evt.billing.invoice.%'
       ) event`,
    );
    expect(events).toEqual([{ invoices: PAYMENTS, issued: PAYMENTS, paid: PAYMENTS, is_numbered: true }]);
    const balances = await billing.test.rows(
      `select account, sum(amount)::int as amount from ledger_entry where organization_id = $1
       group by account having sum(amount) <> 0 order by account`,
      [toUuid(organizationId)],
    );
    expect(balances).toEqual([
      { account: 'clearing', amount: PAYMENTS * 11_675 },
      { account: 'revenue', amount: -PAYMENTS * 10_800 },
      { account: 'vat', amount: -PAYMENTS * 875 },
    ]);
  });

  it('finds known bookings by an index, also before the table has statistics', async () => {
    // The table has no statistics, as after the first large import.
    await billing.test.rows(`delete from pg_statistic where starelid = 'bank_booking'::regclass`);
    await billing.test.rows(`alter table bank_booking set (autovacuum_enabled = false)`);
    await importPayments(otherPayments(4 * PAYMENTS));
    const booking = await billing.test.rows(`select identity_key as key, identity from bank_booking limit 500`);
    const probes = booking.map(({ key, identity }) => ({ key, probe: identity }));
    let parameter = 0;
    const plan = await billing.test.rows(`explain ${knownBookingsSql.replaceAll('?', () => `$${(parameter += 1)}`)}`, [
      JSON.stringify(probes),
      uuid(newId('bkf', new Date())),
    ]);
    const text = plan.map((row) => row['QUERY PLAN']).join('\n');
    expect(text).toContain('bank_booking_identity_key');
    expect(text).not.toContain('Seq Scan on bank_booking');
  });

  it('pays a document once when a later set pays it again', async () => {
    const organizationId = await billing.organization();
    const { reference } = await billing.proForma(organizationId);
    const payment = { amount: 11_675, reference: reference! };
    const { bookings } = await importPayments([payment, ...otherPayments(PAYMENTS - 1), payment]);
    expect([bookings[0], bookings.at(-1)]).toMatchObject([
      { status: 'paid' },
      { status: 'prepaid', reason: 'reference_already_settled' },
    ]);
  });

  it('pays no invoice by its amount that an earlier set has paid', async () => {
    const organizationId = await billing.organization();
    // The import remembers for whom the account pays.
    await billing.paidOrder(organizationId, { debtorIban: IBAN });
    const { invoiceId } = await billing.test.call(
      chargePeriod,
      billing.chargeInput(organizationId, { method: 'on_credit' }),
      asService,
    );
    const { reference, total } = await billing.document(organizationId, invoiceId!);
    const { bookings } = await importPayments([
      { amount: total.amount, reference: reference! },
      ...otherPayments(PAYMENTS - 1),
      { amount: total.amount, debtorIban: IBAN },
    ]);
    expect([bookings[0], bookings.at(-1)]).toMatchObject([
      { status: 'paid' },
      { status: 'prepaid', reason: 'reference_missing' },
    ]);
  });
});
