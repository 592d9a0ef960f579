import { receiveCardNotification, startCardPayment, topUpPrepaidByCard } from '@cordee/contracts/billing/card-payment';
import { payDocument } from '@cordee/contracts/billing/document';
import { cancelOrder } from '@cordee/contracts/billing/order';
import { newId } from '@cordee/contracts/id';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { anna, chf, people, type BillingFixture } from '../../test/billing.fixture.ts';
import { CardFixture } from '../../test/card.fixture.ts';

let cards: CardFixture;
let billing: BillingFixture;
beforeAll(async () => {
  cards = await CardFixture.start();
  billing = cards.billing;
});
afterAll(() => billing.stop());

const FEE = 30;
const TOTAL = 11_675;
/** The balances of the ledger of an organization whose only document was paid in full by card. */
const paidLedger = { card: TOTAL - FEE, card_fees: FEE, revenue: -10_800, vat: -875 };

describe('a card payment', () => {
  it('has a link; when the payer uses the link, the pro forma becomes a paid invoice', async () => {
    const organizationId = await billing.organization();
    const { id: orderId, proFormaId } = await billing.order(organizationId);
    const { paymentId, url } = await cards.start(organizationId, proFormaId);
    expect(await cards.payment(organizationId, paymentId)).toMatchObject({
      status: 'started',
      amount: chf(TOTAL),
      prepaidAmount: chf(0),
      url,
    });
    expect(await cards.useCard(url)).toEqual({ outcome: 'accepted', returnUrl: 'http://127.0.0.1:9/card-payment' });
    await cards.deliverDue(paymentId);
    const payment = await cards.waitForStatus(organizationId, paymentId, 'succeeded');
    expect(payment).toMatchObject({
      url: null,
      card: { brand: 'Test card', lastFour: expect.stringMatching(/^\d{4}$/) },
    });
    expect(await billing.document(organizationId, payment.invoiceId!)).toMatchObject({
      status: 'paid',
      paid: chf(TOTAL),
      proFormaId,
      orderId,
    });
    expect(await cards.balances(organizationId)).toEqual(paidLedger);
    expect((await billing.eventsOf(payment.invoiceId!)).map(({ type }) => type)).toEqual([
      'invoice.issued',
      'invoice.paid',
    ]);
    expect((await billing.eventsOf(payment.invoiceId!))[1]!.data).toMatchObject({ method: 'card', amount: chf(TOTAL) });
  });

  it('pays an open invoice', async () => {
    const organizationId = await billing.organization();
    const invoice = await cards.openInvoice(organizationId);
    const paymentId = await cards.pay(organizationId, invoice.id);
    expect(await cards.waitForStatus(organizationId, paymentId, 'succeeded')).toMatchObject({ invoiceId: invoice.id });
    expect(await billing.document(organizationId, invoice.id)).toMatchObject({ status: 'paid', open: chf(0) });
    expect(await cards.balances(organizationId)).toEqual(paidLedger);
  });

  it.each(['time_out_after_success', 'notification_twice', 'notification_reordered'] as const)(
    'with the behaviour %s pays once',
    async (behaviour) => {
      const organizationId = await billing.organization();
      const { id } = await billing.proForma(organizationId);
      const paymentId = await cards.pay(organizationId, id, { behaviour });
      await cards.waitForStatus(organizationId, paymentId, 'succeeded');
      await cards.deliverDue(paymentId);
      await cards.notify(organizationId, paymentId);
      expect(await cards.balances(organizationId)).toEqual(paidLedger);
    },
  );

  it.each(['notification_lost', 'notification_late'] as const)(
    'with the behaviour %s succeeds by a look-up',
    async (behaviour) => {
      const organizationId = await billing.organization();
      const { id } = await billing.proForma(organizationId);
      const paymentId = await cards.pay(organizationId, id, { behaviour });
      expect(await cards.payment(organizationId, paymentId)).toMatchObject({ status: 'started' });
      cards.passTime(2, 'minutes');
      await cards.waitForStatus(organizationId, paymentId, 'succeeded');
      cards.passTime(1, 'hours');
      await cards.deliverDue(paymentId);
      expect(await cards.balances(organizationId)).toEqual(paidLedger);
    },
  );

  it('with a soft decline can be paid with another card', async () => {
    const organizationId = await billing.organization();
    const { id } = await billing.proForma(organizationId);
    const { paymentId, url } = await cards.start(organizationId, id);
    expect(await cards.useCard(url, 'soft_decline')).toMatchObject({ outcome: 'declined' });
    expect(await cards.useCard(url, 'authentication_required')).toMatchObject({ outcome: 'authentication_required' });
    expect(await cards.useCard(url, 'authentication_required', true)).toMatchObject({ outcome: 'accepted' });
    await cards.deliverDue(paymentId);
    await cards.waitForStatus(organizationId, paymentId, 'succeeded');
  });

  it('expires when nobody used its link, and releases the prepaid part', async () => {
    const organizationId = await billing.organization();
    await billing.topUp(organizationId, 3_000);
    const { id } = await billing.proForma(organizationId);
    const { paymentId } = await cards.start(organizationId, id, { prepaidAmount: 3_000 });
    cards.passTime(2, 'hours');
    expect(await cards.waitForStatus(organizationId, paymentId, 'failed')).toMatchObject({
      failure: 'expired',
      url: null,
    });
    expect(await billing.balance(organizationId)).toBe(3_000);
    expect(await cards.balances(organizationId)).toEqual({ clearing: 3_000, prepaid: -3_000 });
  });

  it('is repeated with the same idempotency key without a second payment', async () => {
    const organizationId = await billing.organization();
    const { id } = await billing.proForma(organizationId);
    const key = billing.newKeyOptions();
    const start = () => billing.test.call(startCardPayment, { organizationId, documentId: id }, anna, key);
    const first = await start();
    expect(await start()).toEqual(first);
    await cards.useCard(first.url);
    await cards.deliverDue(first.paymentId);
    await cards.waitForStatus(organizationId, first.paymentId, 'succeeded');
    expect(await start()).toEqual(first);
  });

  it.each(['EUR', 'JPY', 'KWD'] as const)(
    'pays in %s, together with prepaid money of the same currency',
    async (currency) => {
      const organizationId = await billing.organization();
      const { id, total } = await billing.proForma(organizationId, undefined, { currency });
      await billing.topUp(organizationId, 3_000, currency);
      const paymentId = await cards.pay(organizationId, id, { prepaidAmount: 3_000 });
      const payment = await cards.waitForStatus(organizationId, paymentId, 'succeeded');
      expect(payment.amount).toEqual({ amount: total.amount - 3_000, currency });
      expect(await billing.document(organizationId, payment.invoiceId!)).toMatchObject({ status: 'paid', total });
      expect(await cards.balances(organizationId)).toMatchObject({ clearing: 3_000, card: total.amount - 3_000 - FEE });
    },
  );

  it('is started once when the answer of the provider gets lost', async () => {
    const organizationId = await billing.organization();
    const { id } = await billing.proForma(organizationId);
    const { url, paymentId } = await cards.losingAnswersOf('startPayment', () => cards.start(organizationId, id));
    await cards.useCard(url);
    await cards.deliverDue(paymentId);
    await cards.waitForStatus(organizationId, paymentId, 'succeeded');
    expect(await cards.balances(organizationId)).toEqual(paidLedger);
  });

  it('is not stored while the provider does not answer; a repeated call starts it', async () => {
    const organizationId = await billing.organization();
    await billing.topUp(organizationId, 3_000);
    const { id } = await billing.proForma(organizationId);
    const input = { organizationId, documentId: id, prepaidAmount: 3_000 };
    const key = billing.newKeyOptions();
    const code = await cards.withFailingLookUps(() =>
      cards.losingAnswersOf('startPayment', () => billing.test.codeOf(startCardPayment, input, anna, key)),
    );
    expect(code).toBe('CARD_PROVIDER_UNAVAILABLE');
    expect(await billing.balance(organizationId)).toBe(3_000);
    const { url } = await billing.test.call(startCardPayment, input, anna, key);
    expect(await billing.test.call(startCardPayment, input, anna, key)).toMatchObject({ url });
    const links = await billing.test.rows(`select 1 from card_simulator where reference like $1`, [
      `${organizationId}%`,
    ]);
    expect(links).toHaveLength(1);
    expect(await billing.balance(organizationId)).toBe(0);
  });

  it.each([
    ['an outsider', 'ORGANIZATION_NOT_FOUND', people.outsider],
    ['a member with the flag billing.view', 'PERMISSION_DENIED', people.viewer],
    ['an external with the flag billing.pay', 'PERMISSION_DENIED', people.externalPayer],
    ['a member with the flag billing.pay', 'ok', people.payer],
  ] as const)('that %s starts gets the answer %s', async (_, code, person) => {
    const organizationId = await billing.organization();
    const { id } = await billing.proForma(organizationId);
    const input = { organizationId, documentId: id };
    expect(await billing.test.codeOf(startCardPayment, input, person, billing.newKeyOptions())).toBe(code);
  });
});

describe('money that cannot pay its document any more', () => {
  it('goes to prepaid with the reason when the document is paid', async () => {
    const organizationId = await billing.organization();
    const { id } = await billing.proForma(organizationId);
    const [first, second] = [await cards.start(organizationId, id), await cards.start(organizationId, id)];
    for (const { paymentId, url } of [first, second]) {
      await cards.useCard(url);
      await cards.deliverDue(paymentId);
      await cards.waitForStatus(organizationId, paymentId, 'succeeded');
    }
    expect(await cards.payment(organizationId, second.paymentId)).toMatchObject({ invoiceId: null });
    expect(await billing.balance(organizationId)).toBe(TOTAL);
    expect((await billing.prepaid(organizationId)).entries).toMatchObject([
      { reason: 'reference_already_settled', amount: chf(TOTAL), documentId: id },
    ]);
    expect(await billing.test.eventsOf(organizationId)).toEqual(
      expect.arrayContaining([
        expect.objectContaining({
          type: 'billing.prepaid.credited',
          data: expect.objectContaining({ reason: 'reference_already_settled', documentId: id }),
        }),
      ]),
    );
  });

  it('goes to prepaid with the reason when the order is cancelled', async () => {
    const organizationId = await billing.organization();
    const { id: orderId, proFormaId } = await billing.order(organizationId);
    const { paymentId, url } = await cards.start(organizationId, proFormaId);
    await billing.test.call(cancelOrder, { organizationId, orderId }, anna);
    await cards.useCard(url);
    await cards.deliverDue(paymentId);
    await cards.waitForStatus(organizationId, paymentId, 'succeeded');
    expect((await billing.prepaid(organizationId)).entries).toMatchObject([{ reason: 'reference_cancelled' }]);
  });

  it('goes to prepaid, which pays the oldest open invoice', async () => {
    const organizationId = await billing.organization();
    const { id: orderId, proFormaId } = await billing.order(organizationId);
    const invoice = await cards.openInvoice(organizationId);
    const { paymentId, url } = await cards.start(organizationId, proFormaId);
    await billing.test.call(cancelOrder, { organizationId, orderId }, anna);
    await cards.useCard(url);
    await cards.deliverDue(paymentId);
    await cards.waitForStatus(organizationId, paymentId, 'succeeded');
    expect(await billing.document(organizationId, invoice.id)).toMatchObject({ status: 'paid' });
    expect(await cards.balances(organizationId)).toEqual(paidLedger);
  });

  it('pays the rest of an invoice that is part-paid, and the surplus goes to prepaid', async () => {
    const organizationId = await billing.organization();
    const invoice = await cards.openInvoice(organizationId);
    await billing.test.database.query(`update prepaid_account set takes_part_payments = true`);
    const { paymentId, url } = await cards.start(organizationId, invoice.id);
    await billing.receive({ amount: 4_000, reference: invoice.reference! });
    await cards.useCard(url);
    await cards.deliverDue(paymentId);
    await cards.waitForStatus(organizationId, paymentId, 'succeeded');
    expect(await billing.document(organizationId, invoice.id)).toMatchObject({ status: 'paid', paid: chf(TOTAL) });
    expect(await billing.balance(organizationId)).toBe(4_000);
    expect((await billing.prepaid(organizationId)).entries).toMatchObject([{ reason: 'overpaid' }]);
  });
});

describe('a payment in parts from prepaid and card (C-BNK-19)', () => {
  it.each(['proForma', 'openInvoice'] as const)('pays the whole document of the kind %s', async (kind) => {
    const organizationId = await billing.organization();
    const { id } = await (kind === 'proForma' ? billing.proForma(organizationId) : cards.openInvoice(organizationId));
    await billing.topUp(organizationId, 3_000);
    const { paymentId, url } = await cards.start(organizationId, id, { prepaidAmount: 3_000 });
    expect(await billing.balance(organizationId)).toBe(0);
    await cards.useCard(url);
    await cards.deliverDue(paymentId);
    const { invoiceId, amount } = await cards.waitForStatus(organizationId, paymentId, 'succeeded');
    expect(amount).toEqual(chf(TOTAL - 3_000));
    expect(await billing.document(organizationId, invoiceId!)).toMatchObject({ status: 'paid', paid: chf(TOTAL) });
    expect(await cards.balances(organizationId)).toEqual({
      clearing: 3_000,
      card: TOTAL - 3_000 - FEE,
      card_fees: FEE,
      revenue: -10_800,
      vat: -875,
    });
  });

  it('releases the prepaid part when the card fails', async () => {
    const organizationId = await billing.organization();
    const invoice = await cards.openInvoice(organizationId);
    await billing.topUp(organizationId, 3_000);
    const paymentId = await cards.pay(organizationId, invoice.id, { behaviour: 'hard_decline', prepaidAmount: 3_000 });
    await cards.waitForStatus(organizationId, paymentId, 'failed');
    expect(await billing.balance(organizationId)).toBe(3_000);
    expect(await billing.document(organizationId, invoice.id)).toMatchObject({ status: 'open', open: chf(TOTAL) });
    expect(await billing.eventsOf(paymentId)).toMatchObject([
      { type: 'card_payment.failed', data: { failure: 'hard_decline', reason: 'stolen_card' } },
    ]);
    expect((await billing.prepaid(organizationId)).entries.map(({ reason }) => reason)).toEqual([
      'reversed',
      'used',
      'standing_order',
    ]);
  });

  it('moves the money of the card to prepaid when the bank took the reserved part back', async () => {
    const organizationId = await billing.organization();
    const { id } = await billing.proForma(organizationId);
    const { standingOrderReference: reference } = await billing.prepaid(organizationId);
    await billing.receive({ amount: 3_000, reference, servicerReference: 'CARD-R-1' });
    const { paymentId, url } = await cards.start(organizationId, id, { prepaidAmount: 3_000 });
    await billing.receive({ amount: 3_000, servicerReference: 'CARD-R-1', isReversal: true });
    await cards.useCard(url);
    await cards.deliverDue(paymentId);
    await cards.waitForStatus(organizationId, paymentId, 'succeeded');
    expect(await billing.balance(organizationId)).toBe(TOTAL - 3_000);
    expect((await billing.prepaid(organizationId)).entries[0]).toMatchObject({ reason: 'amount_too_low' });
    expect(await billing.document(organizationId, id as `pfm_${string}`)).toMatchObject({ status: 'issued' });
  });

  it.each([
    [3_001, 'PREPAID_INSUFFICIENT'],
    [TOTAL, 'PREPAID_PART_TOO_HIGH'],
    [0, 'INPUT_INVALID'],
  ])('of %d from prepaid is refused with %s', async (prepaidAmount, code) => {
    const organizationId = await billing.organization();
    await billing.topUp(organizationId, 3_000);
    const { id } = await billing.proForma(organizationId);
    const input = { organizationId, documentId: id, prepaidAmount };
    expect(await billing.test.codeOf(startCardPayment, input, anna, billing.newKeyOptions())).toBe(code);
    expect(await billing.balance(organizationId)).toBe(3_000);
  });

  it('never reserves more than the balance under concurrency', async () => {
    const organizationId = await billing.organization();
    await billing.topUp(organizationId, 3_000);
    const { id } = await billing.proForma(organizationId);
    const input = { organizationId, documentId: id, prepaidAmount: 1_000 };
    const codes = await Promise.all(
      Array.from({ length: 8 }, () => billing.test.codeOf(startCardPayment, input, anna, billing.newKeyOptions())),
    );
    expect(codes.filter((code) => code === 'ok')).toHaveLength(3);
    expect(codes.filter((code) => code === 'PREPAID_INSUFFICIENT')).toHaveLength(5);
  });
});

describe('a payment to prepaid by card', () => {
  it('credits prepaid once, and pays the oldest open invoice that it covers', async () => {
    const organizationId = await billing.organization();
    const invoice = await cards.openInvoice(organizationId);
    const key = billing.newKeyOptions();
    const { paymentId, url } = await billing.test.call(
      topUpPrepaidByCard,
      { organizationId, amount: chf(20_000) },
      anna,
      key,
    );
    await cards.useCard(url, 'notification_twice');
    await cards.deliverDue(paymentId);
    expect(await cards.waitForStatus(organizationId, paymentId, 'succeeded')).toMatchObject({ documentId: null });
    expect(await billing.balance(organizationId)).toBe(20_000 - TOTAL);
    expect((await billing.prepaid(organizationId)).entries.map(({ reason }) => reason).sort()).toEqual([
      'top_up',
      'used',
    ]);
    expect(await billing.document(organizationId, invoice.id)).toMatchObject({ status: 'paid' });
  });

  it.each([0, -1, 100_000_001])('of %d minor units is refused', async (amount) => {
    const organizationId = await billing.organization();
    const input = { organizationId, amount: chf(amount) };
    expect(await billing.test.codeOf(topUpPrepaidByCard, input, anna, billing.newKeyOptions())).toBe('INPUT_INVALID');
  });

  it('that is charged back is taken from prepaid, and opens the invoice that it paid', async () => {
    const organizationId = await billing.organization();
    const invoice = await cards.openInvoice(organizationId);
    const methodId = await cards.storeMethod(organizationId, 'chargeback');
    const input = { organizationId, amount: chf(20_000), methodId };
    const { paymentId } = await billing.test.call(topUpPrepaidByCard, input, anna, billing.newKeyOptions());
    await cards.waitForStatus(organizationId, paymentId, 'succeeded');
    cards.passTime(8, 'days');
    await cards.waitForStatus(organizationId, paymentId, 'charged_back');
    expect(await billing.document(organizationId, invoice.id)).toMatchObject({ status: 'open' });
    expect(await billing.balance(organizationId)).toBe(0);
  });
});

describe('a notification', () => {
  it('gets the same answer for a known payment, an unknown payment and an unreadable body', async () => {
    const organizationId = await billing.organization();
    const { id } = await billing.proForma(organizationId);
    const { paymentId } = await cards.start(organizationId, id);
    expect(await cards.notify(organizationId, paymentId)).toBe('ok');
    expect(await cards.notify(organizationId, newId('pay', new Date()))).toBe('ok');
    expect(await cards.notify(newId('org', new Date()), newId('mth', new Date()))).toBe('ok');
    for (const body of [JSON.stringify({ reference: 'of another installation' }), '{ not JSON', ''])
      expect(await cards.deliver(body)).toBe('ok');
  });

  it('without a valid and current signature is refused', async () => {
    const now = billing.test.process.clock.now();
    const body = JSON.stringify({ reference: 'x' });
    expect(await cards.deliver(body, new Date(now.getTime() - 301_000))).toBe('CARD_NOTIFICATION_INVALID');
    expect(await cards.deliver(body, new Date(now.getTime() + 301_000))).toBe('CARD_NOTIFICATION_INVALID');
    const timestamp = String(Math.floor(now.getTime() / 1000));
    const forged: Record<string, string>[] = [
      {},
      { 'webhook-id': 'x', 'webhook-timestamp': timestamp, 'webhook-signature': 'v1,AA==' },
    ];
    for (const headers of forged)
      expect(await billing.test.codeOf(receiveCardNotification, { body, headers }, 'nobody')).toBe(
        'CARD_NOTIFICATION_INVALID',
      );
  });

  it('that arrives many times at once pays once, even during a payment from prepaid', async () => {
    const organizationId = await billing.organization();
    await billing.topUp(organizationId, TOTAL);
    const { id } = await billing.proForma(organizationId);
    const { paymentId, url } = await cards.start(organizationId, id);
    await cards.useCard(url);
    const { body } = (await cards.notifications(paymentId))[0]!;
    const codes = await Promise.all([
      ...Array.from({ length: 10 }, () => cards.deliver(body)),
      billing.test.codeOf(
        payDocument,
        { organizationId, documentId: id, method: 'prepaid' },
        anna,
        billing.newKeyOptions(),
      ),
    ]);
    expect(codes.slice(0, 10)).toEqual(Array.from({ length: 10 }, () => 'ok'));
    await cards.waitForStatus(organizationId, paymentId, 'succeeded');
    // Prepaid keeps its money when the card pays, and gets the money of the card when prepaid pays.
    expect(await billing.balance(organizationId)).toBe(TOTAL);
    expect(await cards.balances(organizationId)).toMatchObject({ card: TOTAL - FEE, clearing: TOTAL, prepaid: -TOTAL });
  });
});
