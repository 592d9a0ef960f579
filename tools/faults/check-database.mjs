import { toId, toUuid } from '@cordee/contracts/id';

/**
 * Returns what is wrong in the database of billing after a run: a list of names and counts. `charges` are the charged
 * periods, `payments` the documents that the bank files pay.
 */
export async function checkDatabase(client, { charges, payments, invoiceCount }) {
  const count = async (sql, ...parameters) =>
    Number((await client.query(`select count(*) from (${sql}) finding`, parameters)).rows[0].count);
  const chargeIds = charges.map(({ chargeId }) => toUuid(chargeId));
  const references = payments.map(({ reference }) => reference);
  const { rows: invoices } = await client.query(
    `select id, number, total - credited_amount - written_off_amount - paid_amount + refunded_amount as open
     from invoice`,
  );
  const receivables = await sumsOf(
    client,
    `select document_id as key, sum(amount) as sum from ledger_entry where account = 'receivable' group by document_id`,
  );
  const issuedEvents = await sumsOf(
    client,
    `select entity_id as key, count(*) as sum from outbox
     where subject = 'evt.billing.invoice.issued.v1' group by entity_id`,
  );
  return [
    {
      name: 'periods without a charge',
      count: await count(
        `select from unnest($1::uuid[]) as wanted (id)
         where not exists (select from charge join invoice on invoice.id = invoice_id where charge.id = wanted.id)`,
        chargeIds,
      ),
    },
    { name: 'documents too many or too few', count: Math.abs(invoices.length - invoiceCount) },
    {
      name: 'payments too many or too few',
      count: Math.abs((await count(`select from bank_booking`)) - payments.length),
    },
    {
      name: 'paid documents that are not paid once',
      count: await count(
        `select from unnest($1::text[]) as wanted (reference)
         where 1 <> (
           select count(*) from bank_booking booking
           join ledger_booking on ledger_booking.id = booking.id and ledger_booking.kind = 'incoming_payment'
           where booking.reference = wanted.reference and booking.status = 'paid'
         )`,
        references,
      ),
    },
    {
      name: 'bookings that do not sum to zero',
      count: await count(
        `select from ledger_entry group by organization_id, booking_id, currency having sum(amount) <> 0`,
      ),
    },
    { name: 'invoices whose open amount differs from the ledger', count: differingInvoices(invoices, receivables) },
    {
      name: 'difference of clearing and payments',
      count: await numberFrom(
        client,
        `select (select coalesce(sum(amount), 0) from ledger_entry where account in ('clearing', 'bank'))
           - (select sum(amount) from bank_booking)`,
      ),
    },
    {
      name: 'money in prepaid',
      count: await numberFrom(client, `select sum(amount) from ledger_entry where account = 'prepaid'`),
    },
    {
      name: 'gaps in the numbers',
      count: await count(
        `select from (
           select split_part(number, '-', 3)::int as number,
                  row_number() over (partition by split_part(number, '-', 2) order by number) as expected
           from invoice where number like 'INV-%'
         ) numbered where number <> expected`,
      ),
    },
    {
      name: 'numbers that do not ascend with the dates',
      count: await count(
        `select from (
           select issued_on, lag(issued_on) over (order by number) as previous from invoice where number like 'INV-%'
         ) dated where issued_on < previous`,
      ),
    },
    {
      name: 'last numbers that differ from the series',
      count: await count(
        `select from number_series
         where kind = 'invoice' and last_number <> (select count(*) from invoice where number like 'INV-%')`,
      ),
    },
    {
      name: 'issued invoices without exactly one event',
      count: invoices.filter(({ id, number }) => number.startsWith('INV-') && issuedEvents.get(toId('inv', id)) !== 1)
        .length,
    },
  ];
}

const differingInvoices = (invoices, receivables) =>
  invoices.filter(({ id, open }) => Number(open) !== (receivables.get(toId('inv', id)) ?? 0)).length;

async function sumsOf(client, sql) {
  return new Map((await client.query(sql)).rows.map(({ key, sum }) => [key, Number(sum)]));
}

/** Returns the only value of the only row; 0 instead of null. */
async function numberFrom(client, sql) {
  return Number((await client.query({ text: sql, rowMode: 'array' })).rows[0][0] ?? 0);
}
