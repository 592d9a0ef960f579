import { payOutPrepaid } from '@cordee/contracts/billing/pay-out';
import { creditInvoice } from '@cordee/contracts/billing/credit-note';
import { explainOpenInvoice } from '@cordee/contracts/billing/statement';
import type { Answer } from '@cordee/contracts/contract';
import { uuid } from '@cordee/testing/test-service';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { anna, chf, staff, type BillingFixture } from '../../test/billing.fixture.ts';
import { CardFixture } from '../../test/card.fixture.ts';
import type { Behaviour } from './simulator/simulated-cards.ts';

let cards: CardFixture;
let billing: BillingFixture;
beforeAll(async () => {
  cards = await CardFixture.start();
  billing = cards.billing;
});
afterAll(() => billing.stop());

type OrganizationId = `org_${string}`;
const FEE = 30;
const TOTAL = 11_675;
/** The ledger accounts of a card payment after its fee. `card` is the captured amount that was not given back. */
const ledgerAfterFee = (card: number) => ({ card: card - FEE, card_fees: FEE });

/** Creates an invoice and pays it by card. */
async function createPaidInvoice(organizationId: OrganizationId, behaviour: Behaviour = 'success') {
  const invoice = await cards.openInvoice(organizationId);
  const { paymentId, url } = await cards.start(organizationId, invoice.id);
  await cards.useCard(url, behaviour, true).catch(() => undefined);
  cards.passTime(2, 'minutes');
  await cards.waitForStatus(organizationId, paymentId, 'succeeded');
  return { invoiceId: invoice.id as `inv_${string}`, paymentId };
}

const issueCreditNote = (
  organizationId: OrganizationId,
  documentId: `inv_${string}`,
  fields: object = {},
): Promise<Answer<typeof creditInvoice>> =>
  billing.test.call(
    creditInvoice,
    { organizationId, documentId, reason: 'Cancelled', ...fields },
    staff,
    billing.newKeyOptions(),
  );

/** The statuses and amounts of the refunds to cards of an organization, the oldest first. */
const readRefunds = (organizationId: OrganizationId) =>
  billing.test.rows(`select status, amount::int from card_refund where organization_id = $1 order by created_at, id`, [
    uuid(organizationId),
  ]);

/** Waits until all refunds are finished. Moves the clock, because a time-out delays the next attempt. */
const untilRefunded = (organizationId: OrganizationId): Promise<unknown> =>
  billing.test.until(async () => {
    cards.passTime(2, 'minutes');
    const rows = await readRefunds(organizationId);
    return rows.length > 0 && rows.every(({ status }) => status !== 'ordered');
  }, 'the refund');

describe('a refund', () => {
  it.each([
    'success',
    'authentication_required',
    'time_out_after_success',
    'notification_late',
    'notification_twice',
    'notification_lost',
    'notification_reordered',
  ] as const)('to the card in parts, with the behaviour %s, returns the whole payment', async (behaviour) => {
    const organizationId = await billing.organization();
    const { invoiceId, paymentId } = await createPaidInvoice(organizationId, behaviour);
    await issueCreditNote(organizationId, invoiceId, { amount: 5_000 });
    expect(await cards.payment(organizationId, paymentId)).toMatchObject({ refunded: chf(5_000) });
    await untilRefunded(organizationId);
    await issueCreditNote(organizationId, invoiceId);
    await untilRefunded(organizationId);
    expect(await readRefunds(organizationId)).toEqual([
      { status: 'succeeded', amount: 5_000 },
      { status: 'succeeded', amount: 6_675 },
    ]);
    expect(await billing.document(organizationId, invoiceId)).toMatchObject({
      status: 'refunded',
      open: chf(0),
      refunded: chf(TOTAL),
    });
    expect(await cards.balances(organizationId)).toEqual(ledgerAfterFee(0));
    expect((await billing.eventsOf(invoiceId)).at(-1)).toMatchObject({
      type: 'invoice.credited',
      data: { refund: { to: 'card' } },
    });
    const [state] = await billing.test.rows(
      `select state -> 'refunds' as refunds from card_simulator where reference like $1`,
      [`%${paymentId}`],
    );
    expect(Object.keys(state!['refunds'] as object)).toHaveLength(2);
  });

  it('that the provider refuses goes to prepaid', async () => {
    const organizationId = await billing.organization();
    const { invoiceId, paymentId } = await createPaidInvoice(organizationId, 'refund_refused');
    await issueCreditNote(organizationId, invoiceId);
    await untilRefunded(organizationId);
    expect(await readRefunds(organizationId)).toEqual([{ status: 'failed', amount: TOTAL }]);
    expect(await billing.balance(organizationId)).toBe(TOTAL);
    expect(await cards.balances(organizationId)).toEqual({ ...ledgerAfterFee(TOTAL), prepaid: -TOTAL });
    expect((await billing.eventsOf(paymentId)).at(-1)).toMatchObject({
      type: 'card_payment.refund_failed',
      data: { refund: chf(TOTAL) },
    });
  });

  it('of an invoice that prepaid and card paid together goes to prepaid as a whole', async () => {
    const organizationId = await billing.organization();
    const invoice = await cards.openInvoice(organizationId);
    await billing.topUp(organizationId, 3_000);
    const paymentId = await cards.pay(organizationId, invoice.id, { prepaidAmount: 3_000 });
    await cards.waitForStatus(organizationId, paymentId, 'succeeded');
    const creditNote = await issueCreditNote(organizationId, invoice.id as `inv_${string}`);
    expect(creditNote).toMatchObject({ refunded: chf(TOTAL) });
    expect(await billing.balance(organizationId)).toBe(TOTAL);
  });
});

describe('a refund after a chargeback', () => {
  it('goes to the card of the newer payment', async () => {
    const organizationId = await billing.organization();
    const { invoiceId, paymentId } = await createPaidInvoice(organizationId, 'chargeback');
    cards.passTime(25, 'hours');
    await cards.deliverDue(paymentId);
    await cards.waitForStatus(organizationId, paymentId, 'charged_back');
    const secondPaymentId = await cards.pay(organizationId, invoiceId);
    await cards.waitForStatus(organizationId, secondPaymentId, 'succeeded');
    await issueCreditNote(organizationId, invoiceId);
    expect(await cards.payment(organizationId, secondPaymentId)).toMatchObject({ refunded: chf(TOTAL) });
    expect(await cards.payment(organizationId, paymentId)).toMatchObject({ refunded: chf(0) });
  });
});

describe('a chargeback (C-MON-07)', () => {
  it('reopens the invoice, which is never due earlier than before, and publishes the events', async () => {
    const organizationId = await billing.organization();
    const { invoiceId, paymentId } = await createPaidInvoice(organizationId, 'chargeback');
    const invoiceBefore = await billing.document(organizationId, invoiceId);
    cards.passTime(25, 'hours');
    await cards.deliverDue(paymentId);
    expect(await cards.waitForStatus(organizationId, paymentId, 'charged_back')).toMatchObject({
      chargedBack: chf(TOTAL),
    });
    const reopened = await billing.document(organizationId, invoiceId);
    expect(reopened).toMatchObject({ status: 'open', open: chf(TOTAL), paid: chf(0) });
    expect(reopened.dueOn).toBe(invoiceBefore.dueOn);
    expect(
      await billing.test.call(explainOpenInvoice, { organizationId, documentId: invoiceId as `inv_${string}` }, anna),
    ).toMatchObject({ payments: [{ reason: 'reversed', likeness: 'same_document', amount: chf(TOTAL) }] });
    expect(await cards.balances(organizationId)).toEqual({
      ...ledgerAfterFee(0),
      receivable: TOTAL,
      revenue: -10_800,
      vat: -875,
    });
    expect((await billing.eventsOf(paymentId)).at(-1)).toMatchObject({
      type: 'card_payment.charged_back',
      data: { chargedBack: chf(TOTAL), invoiceId },
    });
    expect((await billing.eventsOf(invoiceId)).at(-1)).toMatchObject({ type: 'invoice.reopened' });
    // A repeated notification changes nothing.
    await cards.notify(organizationId, paymentId);
    const secondPaymentId = await cards.pay(organizationId, invoiceId);
    await cards.waitForStatus(organizationId, secondPaymentId, 'succeeded');
    expect(await billing.document(organizationId, invoiceId)).toMatchObject({ status: 'paid', open: chf(0) });
  });

  it('is found when its notification is lost', async () => {
    const organizationId = await billing.organization();
    const { paymentId } = await createPaidInvoice(organizationId, 'chargeback');
    cards.passTime(8, 'days');
    await cards.waitForStatus(organizationId, paymentId, 'charged_back');
  });

  it('that the seller wins makes the invoice paid again', async () => {
    const organizationId = await billing.organization();
    const { invoiceId, paymentId } = await createPaidInvoice(organizationId, 'chargeback_won');
    cards.passTime(25, 'hours');
    await cards.deliverDue(paymentId);
    await cards.waitForStatus(organizationId, paymentId, 'charged_back');
    cards.passTime(24, 'hours');
    await cards.deliverDue(paymentId);
    await billing.test.until(
      async () => (await billing.document(organizationId, invoiceId)).status === 'paid',
      'the invoice is paid again',
    );
    expect(await cards.payment(organizationId, paymentId)).toMatchObject({ chargedBack: chf(0) });
    expect(await cards.balances(organizationId)).toEqual({ ...ledgerAfterFee(TOTAL), revenue: -10_800, vat: -875 });
  });

  it('that the seller wins pays the invoice of the payment before older invoices', async () => {
    const organizationId = await billing.organization();
    const olderInvoice = await cards.openInvoice(organizationId);
    const { invoiceId, paymentId } = await createPaidInvoice(organizationId, 'chargeback_won');
    cards.passTime(25, 'hours');
    await cards.deliverDue(paymentId);
    await cards.waitForStatus(organizationId, paymentId, 'charged_back');
    cards.passTime(24, 'hours');
    await cards.deliverDue(paymentId);
    await billing.test.until(
      async () => (await cards.payment(organizationId, paymentId)).chargedBack.amount === 0,
      'the money is returned',
    );
    expect(await billing.document(organizationId, invoiceId)).toMatchObject({ status: 'paid' });
    expect(await billing.document(organizationId, olderInvoice.id as `inv_${string}`)).toMatchObject({
      status: 'open',
    });
  });

  it('of money that went to prepaid and was spent reopens the invoice that prepaid paid', async () => {
    const organizationId = await billing.organization();
    const invoice = await cards.openInvoice(organizationId);
    const { paymentId, url } = await cards.start(organizationId, invoice.id);
    await billing.receive({ amount: TOTAL, reference: invoice.reference! });
    await cards.useCard(url, 'chargeback');
    await cards.deliverDue(paymentId);
    await cards.waitForStatus(organizationId, paymentId, 'succeeded');
    expect(await billing.balance(organizationId)).toBe(TOTAL);
    // Prepaid pays the second invoice at once.
    const secondInvoice = await cards.openInvoice(organizationId);
    expect(secondInvoice).toMatchObject({ status: 'paid' });
    cards.passTime(25, 'hours');
    await cards.deliverDue(paymentId);
    await cards.waitForStatus(organizationId, paymentId, 'charged_back');
    expect(await billing.balance(organizationId)).toBe(0);
    expect(await billing.document(organizationId, secondInvoice.id as `inv_${string}`)).toMatchObject({
      status: 'open',
    });
    expect(await billing.document(organizationId, invoice.id as `inv_${string}`)).toMatchObject({ status: 'paid' });
  });

  it('of money that was paid out of prepaid is a loss of the seller', async () => {
    const organizationId = await billing.organization();
    const invoice = await cards.openInvoice(organizationId);
    const { paymentId, url } = await cards.start(organizationId, invoice.id);
    const payer = { debtorIban: 'CH5604835012345678009', debtorName: 'Alpine Rescue' };
    await billing.receive({ amount: TOTAL, reference: invoice.reference!, ...payer });
    await cards.useCard(url, 'chargeback');
    await cards.deliverDue(paymentId);
    await cards.waitForStatus(organizationId, paymentId, 'succeeded');
    // Money of a card is paid out to an account only after the provider has refused a refund.
    await billing.test.rows(
      `insert into card_refund (organization_id, id, payment_id, currency, amount, status, created_at)
       values ($1, gen_random_uuid(), $2, 'CHF', 1, 'failed', now())`,
      [uuid(organizationId), uuid(paymentId)],
    );
    await billing.test.call(payOutPrepaid, { organizationId, amount: TOTAL - 75 }, anna, billing.newKeyOptions());
    cards.passTime(25, 'hours');
    await cards.deliverDue(paymentId);
    await cards.waitForStatus(organizationId, paymentId, 'charged_back');
    expect(await billing.balance(organizationId)).toBe(0);
    expect(await cards.balances(organizationId)).toMatchObject({ bad_debt: TOTAL - 75 });
  });

  it('after a refund takes back only the rest of the payment', async () => {
    const organizationId = await billing.organization();
    const { invoiceId, paymentId } = await createPaidInvoice(organizationId, 'chargeback');
    await issueCreditNote(organizationId, invoiceId, { amount: 1_675 });
    await untilRefunded(organizationId);
    cards.passTime(25, 'hours');
    await cards.deliverDue(paymentId);
    expect(await cards.waitForStatus(organizationId, paymentId, 'charged_back')).toMatchObject({
      refunded: chf(1_675),
      chargedBack: chf(10_000),
    });
    expect(await billing.document(organizationId, invoiceId)).toMatchObject({ open: chf(10_000) });
    expect(await cards.balances(organizationId)).toMatchObject({ ...ledgerAfterFee(0), receivable: 10_000 });
  });
});
