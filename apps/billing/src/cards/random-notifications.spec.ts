import { cancelOrder } from '@cordee/contracts/billing/order';
import { creditInvoice } from '@cordee/contracts/billing/credit-note';
import { payDocument } from '@cordee/contracts/billing/document';
import { uuid } from '@cordee/testing/test-service';
import { testNumber } from '@cordee/testing/test-environment';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { anna, staff, type BillingFixture } from '../../test/billing.fixture.ts';
import { CardFixture } from '../../test/card.fixture.ts';
import type { Behaviour } from './simulator/simulated-cards.ts';

let cards: CardFixture;
let billing: BillingFixture;
beforeAll(async () => {
  cards = await CardFixture.start();
  billing = cards.billing;
});
afterAll(() => billing.stop());

const TOTAL = 11_675;
const FEE = 30;
/** Covers the prepaid parts of three payments, but no document. */
const PREPAID = 9_000;

/** The events around a document with one to three card payments. */
interface Scenario {
  kind: 'proForma' | 'openInvoice';
  payments: { behaviour: Behaviour; prepaidAmount: number; isUsed: boolean }[];
  /** The change of the document before the notifications arrive. */
  documentChange: 'nothing' | 'paidFromPrepaid' | 'cancelled' | 'credited';
  /** The order in which the notifications are delivered, with repeats; each number selects a notification. */
  deliveries: number[];
}

const behaviours = fc.constantFrom<Behaviour>(
  'success',
  'soft_decline',
  'hard_decline',
  'time_out_after_success',
  'notification_late',
  'notification_twice',
  'notification_lost',
  'notification_reordered',
  'chargeback',
  'chargeback_won',
);
const scenarios: fc.Arbitrary<Scenario> = fc.record({
  kind: fc.constantFrom('proForma', 'openInvoice'),
  payments: fc.array(
    fc.record({ behaviour: behaviours, prepaidAmount: fc.constantFrom(0, 0, 3_000), isUsed: fc.boolean() }),
    {
      minLength: 1,
      maxLength: 3,
    },
  ),
  documentChange: fc.constantFrom('nothing', 'paidFromPrepaid', 'cancelled', 'credited'),
  deliveries: fc.array(fc.nat({ max: 20 }), { maxLength: 8 }),
});

/** True when the simulator takes money from the card. */
const takesMoney = ({ behaviour, isUsed }: Scenario['payments'][number]): boolean =>
  isUsed && behaviour !== 'soft_decline' && behaviour !== 'hard_decline';

it('property: repeated, lost or reordered notifications count each payment once; the ledger balances', async () => {
  await fc.assert(
    fc.asyncProperty(scenarios, async ({ kind, payments, documentChange, deliveries }) => {
      const organizationId = await billing.organization();
      const order = await billing.order(organizationId);
      const documentId = kind === 'proForma' ? order.proFormaId : (await cards.openInvoice(organizationId)).id;
      await billing.topUp(organizationId, PREPAID);
      const paymentIds: `pay_${string}`[] = [];
      for (const payment of payments) {
        const { prepaidAmount } = payment;
        const { paymentId, url } = await cards.start(organizationId, documentId, {
          ...(prepaidAmount > 0 && { prepaidAmount }),
        });
        paymentIds.push(paymentId);
        if (payment.isUsed) await cards.useCard(url, payment.behaviour).catch(() => undefined);
      }
      if (documentChange === 'paidFromPrepaid') {
        await billing.topUp(organizationId, TOTAL);
        await billing.test.codeOf(
          payDocument,
          { organizationId, documentId, method: 'prepaid' },
          anna,
          billing.newKeyOptions(),
        );
      }
      if (documentChange === 'cancelled')
        await billing.test.codeOf(cancelOrder, { organizationId, orderId: order.id }, anna);
      if (documentChange === 'credited' && kind === 'openInvoice')
        await billing.test.codeOf(
          creditInvoice,
          {
            organizationId,
            documentId,
            amount: 5_000,
            reason: 'x',
            refundTo: 'prepaid',
          },
          staff,
          billing.newKeyOptions(),
        );
      const sentNotifications = (await Promise.all(paymentIds.map((id) => cards.notifications(id)))).flat();
      if (sentNotifications.length > 0)
        await Promise.all(
          deliveries.map((index) => cards.deliver(sentNotifications[index % sentNotifications.length]!.body)),
        );
      // Look-ups find changes without a notification, also chargebacks.
      cards.passTime(2, 'hours');
      await untilSettled(organizationId);
      cards.passTime(9, 'days');
      await untilLookedUp(organizationId);

      const settledPayments = await Promise.all(paymentIds.map((id) => cards.payment(organizationId, id)));
      payments.forEach((payment, index) => {
        const isCharged = takesMoney(payment);
        const expected = !isCharged
          ? 'failed'
          : payment.behaviour.startsWith('chargeback')
            ? 'charged_back'
            : 'succeeded';
        expect(settledPayments[index]).toMatchObject({ status: expected });
      });
      const balances = await cards.balances(organizationId);
      const capturedPayments = payments.filter(takesMoney);
      expect(balances['card_fees'] ?? 0).toBe(capturedPayments.length * FEE);
      expect(balances['card'] ?? 0).toBe(remainingAmount(settledPayments, payments) - capturedPayments.length * FEE);
      expect(balances['reserved'] ?? 0).toBe(0);
      expect(balances['prepaid'] ?? 0).toBeLessThanOrEqual(0);
      expect(Object.values(balances).reduce((sum, amount) => sum + amount, 0)).toBe(0);
      expect(balances['receivable'] ?? 0).toBe(await readOpenAmount(organizationId));
    }),
    { numRuns: testNumber('ROUNDS', 12), endOnFailure: true },
  );
}, 300_000);

/** The money of the cards that was not charged back. */
const remainingAmount = (
  settledPayments: { amount: { amount: number }; chargedBack: { amount: number } }[],
  payments: Scenario['payments'],
): number =>
  settledPayments.reduce(
    (sum, { amount, chargedBack }, index) =>
      sum + (takesMoney(payments[index]!) ? amount.amount - chargedBack.amount : 0),
    0,
  );

/** Waits until no payment is pending. */
const untilSettled = (organizationId: `org_${string}`): Promise<unknown> =>
  billing.test.until(async () => {
    const pending = await billing.test.rows(
      `select 1 from card_payment where organization_id = $1 and status not in ('succeeded', 'failed', 'charged_back')`,
      [uuid(organizationId)],
    );
    return pending.length === 0;
  }, 'every payment is settled');

/** Waits until no look-up is due. */
const untilLookedUp = (organizationId: `org_${string}`): Promise<unknown> =>
  billing.test.until(async () => {
    const due = await billing.test.rows(
      `select 1 from card_payment
       where organization_id = $1 and next_look_up_at <= $2::timestamptz + interval '1 hour'`,
      [uuid(organizationId), billing.test.process.clock.now()],
    );
    return due.length === 0;
  }, 'every due payment is looked up');

/** Returns the sum of the open amounts of the invoices. */
async function readOpenAmount(organizationId: `org_${string}`): Promise<number> {
  const [row] = await billing.test.rows(
    `select coalesce(sum(open_amount), 0)::int as open from document where organization_id = $1 and kind = 'invoice'`,
    [uuid(organizationId)],
  );
  return row!['open'] as number;
}
