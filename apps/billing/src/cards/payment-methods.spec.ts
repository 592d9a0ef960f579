import { startCardPayment } from '@cordee/contracts/billing/card-payment';
import { paySimulatedPayment } from '@cordee/contracts/billing/card-simulator';
import {
  addPaymentMethod,
  deletePaymentMethod,
  listPaymentMethods,
  orderPaymentMethods,
} from '@cordee/contracts/billing/payment-method';
import { uuid } from '@cordee/testing/test-service';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { anna, chf, people, type BillingFixture } from '../../test/billing.fixture.ts';
import { cardNumberOf, CardFixture } from '../../test/card.fixture.ts';

let cards: CardFixture;
let billing: BillingFixture;
beforeAll(async () => {
  cards = await CardFixture.start();
  billing = cards.billing;
});
afterAll(() => billing.stop());

type OrganizationId = `org_${string}`;

const idsOf = async (organizationId: OrganizationId): Promise<string[]> =>
  (await cards.methods(organizationId)).data.map(({ id }) => id);

describe('a payment method', () => {
  it('is stored only with a confirmation, and has the brand, last four digits and expiry of the card', async () => {
    const organizationId = await billing.organization();
    const { methodId, url } = await billing.test.call(
      addPaymentMethod,
      { organizationId },
      anna,
      billing.newKeyOptions(),
    );
    expect((await cards.methods(organizationId)).data).toMatchObject([{ id: methodId, status: 'pending', card: null }]);
    expect(await cards.useCard(url)).toMatchObject({ outcome: 'authentication_required' });
    expect(await cards.useCard(url, 'success', true)).toMatchObject({ outcome: 'accepted' });
    await cards.notify(organizationId, methodId);
    await billing.test.until(
      async () => (await cards.methods(organizationId)).data[0]!.status === 'usable',
      'the method is usable',
    );
    expect((await cards.methods(organizationId)).data).toMatchObject([
      { card: { brand: 'Test card', lastFour: cardNumberOf('success').slice(-4) }, expiresOn: '2099-12' },
    ]);
    expect(await billing.eventsOf(methodId)).toMatchObject([{ type: 'payment_method.stored' }]);
    // The country of the card is evidence of where a consumer is.
    expect(
      await billing.test.rows(`select kind, country from place_evidence where organization_id = $1`, [
        uuid(organizationId),
      ]),
    ).toEqual([{ kind: 'card', country: 'CH' }]);
  });

  it('does not leave the number of its card in the database', async () => {
    const organizationId = await billing.organization();
    await cards.storeMethod(organizationId);
    const { id } = await billing.proForma(organizationId);
    await cards.pay(organizationId, id);
    const tables = await billing.test.rows(
      `select table_name as name from information_schema.tables
       where table_schema = 'public' and table_type = 'BASE TABLE'`,
    );
    for (const { name } of tables) {
      const rows = await billing.test.rows(`select 1 from "${String(name)}" each where each::text like $1`, [
        `%${cardNumberOf('success')}%`,
      ]);
      expect([name, rows.length]).toEqual([name, 0]);
    }
  });

  it('disappears when nobody used its link', async () => {
    const organizationId = await billing.organization();
    await billing.test.call(addPaymentMethod, { organizationId }, anna, billing.newKeyOptions());
    cards.passTime(2, 'hours');
    await billing.test.until(async () => (await idsOf(organizationId)).length === 0, 'the method disappears');
  });

  it('has a position in the list, which a complete new order of the list changes', async () => {
    const organizationId = await billing.organization();
    const ids = [];
    for (let count = 0; count < 3; count += 1) ids.push(await cards.storeMethod(organizationId));
    expect(await idsOf(organizationId)).toEqual(ids);
    const order = [ids[2]!, ids[0]!, ids[1]!];
    await billing.test.call(orderPaymentMethods, { organizationId, methodIds: order }, anna);
    const first = await billing.test.call(listPaymentMethods, { organizationId, limit: 2 }, anna);
    const second = await billing.test.call(
      listPaymentMethods,
      { organizationId, limit: 2, cursor: first.nextCursor! },
      anna,
    );
    expect([...first.data, ...second.data].map(({ id }) => id)).toEqual(order);
    expect(second.nextCursor).toBeNull();
    for (const methodIds of [order.slice(1), [order[0]!, order[0]!, order[1]!]])
      expect(await billing.test.codeOf(orderPaymentMethods, { organizationId, methodIds }, anna)).toBe(
        'PAYMENT_METHODS_CHANGED',
      );
  });

  it('is also deleted at the provider', async () => {
    const organizationId = await billing.organization();
    const methodId = await cards.storeMethod(organizationId);
    await billing.test.call(deletePaymentMethod, { organizationId, methodId }, anna);
    expect(await idsOf(organizationId)).toEqual([]);
    await billing.test.until(async () => {
      const [row] = await billing.test.rows(
        `select method.token, state ->> 'status' as status from payment_method method
         join card_simulator on reference like '%' || $2 where organization_id = $1`,
        [uuid(organizationId), methodId],
      );
      return row?.['token'] === null && row['status'] === 'deleted';
    }, 'the method is deleted at the provider');
    expect(await billing.test.codeOf(deletePaymentMethod, { organizationId, methodId }, anna)).toBe(
      'PAYMENT_METHOD_NOT_FOUND',
    );
  });

  it('is added, listed and sorted by a member with the flag billing.pay, but not by other people', async () => {
    const organizationId = await billing.organization();
    const methodId = await cards.storeMethod(organizationId);
    // The calls are sequential, because a method that is added at the same time changes the list that is sorted.
    const codes = async (person: (typeof people)[keyof typeof people]) => [
      await billing.test.codeOf(listPaymentMethods, { organizationId }, person),
      await billing.test.codeOf(orderPaymentMethods, { organizationId, methodIds: [methodId] }, person),
      await billing.test.codeOf(addPaymentMethod, { organizationId }, person, billing.newKeyOptions()),
    ];
    expect(await codes(people.payer)).toEqual(['ok', 'ok', 'ok']);
    for (const person of [people.viewer, people.externalPayer, people.externalViewer, people.collaborator])
      expect(await codes(person)).toEqual(['PERMISSION_DENIED', 'PERMISSION_DENIED', 'PERMISSION_DENIED']);
  });

  it('has a limit of twenty per organization', async () => {
    const organizationId = await billing.organization();
    for (let count = 0; count < 20; count += 1)
      await billing.test.call(addPaymentMethod, { organizationId }, anna, billing.newKeyOptions());
    expect(await billing.test.codeOf(addPaymentMethod, { organizationId }, anna, billing.newKeyOptions())).toBe(
      'PAYMENT_METHOD_LIMIT',
    );
  });

  it('is not stored in the simulator with the number of an unknown card', async () => {
    const organizationId = await billing.organization();
    const { url } = await billing.test.call(addPaymentMethod, { organizationId }, anna, billing.newKeyOptions());
    const token = new URL(url).searchParams.get('token')!;
    expect(await billing.test.codeOf(paySimulatedPayment, { token, number: '4242424242424242' }, 'nobody')).toBe(
      'TEST_CARD_UNKNOWN',
    );
  });
});

describe('the charge of a payment method', () => {
  it.each(['success', 'time_out_after_success', 'notification_lost', 'notification_twice'] as const)(
    'with the behaviour %s pays once',
    async (behaviour) => {
      const organizationId = await billing.organization();
      const methodId = await cards.storeMethod(organizationId, behaviour);
      const invoice = await cards.openInvoice(organizationId);
      const { paymentId, url } = await cards.start(organizationId, invoice.id, { methodId });
      expect(url).toBeNull();
      expect(await cards.waitForStatus(organizationId, paymentId, 'succeeded')).toMatchObject({
        methodId,
        amount: chf(11_675),
      });
      await cards.deliverDue(paymentId);
      expect(await billing.document(organizationId, invoice.id as `inv_${string}`)).toMatchObject({ status: 'paid' });
      const charges = await billing.test.rows(`select 1 from card_simulator where reference like $1`, [
        `%${paymentId}`,
      ]);
      expect(charges).toHaveLength(1);
      expect(await cards.balances(organizationId)).toMatchObject({ card: 11_645, card_fees: 30 });
    },
  );

  it('with a soft decline leaves the method usable', async () => {
    const organizationId = await billing.organization();
    const methodId = await cards.storeMethod(organizationId, 'soft_decline');
    const { id } = await billing.proForma(organizationId);
    const { paymentId } = await cards.start(organizationId, id, { methodId });
    expect(await cards.waitForStatus(organizationId, paymentId, 'failed')).toMatchObject({ failure: 'soft_decline' });
    expect((await cards.methods(organizationId)).data).toMatchObject([{ status: 'usable' }]);
  });

  it('with a hard decline marks the method, which is not charged again', async () => {
    const organizationId = await billing.organization();
    const methodId = await cards.storeMethod(organizationId, 'hard_decline');
    const { id } = await billing.proForma(organizationId);
    const { paymentId } = await cards.start(organizationId, id, { methodId });
    await cards.waitForStatus(organizationId, paymentId, 'failed');
    expect((await cards.methods(organizationId)).data).toMatchObject([{ id: methodId, status: 'declined' }]);
    expect((await billing.eventsOf(methodId)).at(-1)).toMatchObject({
      type: 'payment_method.declined',
      data: { reason: 'stolen_card' },
    });
    const input = { organizationId, documentId: id, methodId };
    expect(await billing.test.codeOf(startCardPayment, input, anna, billing.newKeyOptions())).toBe(
      'PAYMENT_METHOD_NOT_USABLE',
    );
  });

  it('that needs a confirmation has a link, and the method stays usable', async () => {
    const organizationId = await billing.organization();
    const methodId = await cards.storeMethod(organizationId, 'authentication_required');
    const { id } = await billing.proForma(organizationId);
    const { paymentId } = await cards.start(organizationId, id, { methodId });
    const { url } = await cards.waitForStatus(organizationId, paymentId, 'authentication_required');
    expect(await billing.eventsOf(paymentId)).toMatchObject([{ type: 'card_payment.authentication_required' }]);
    await cards.useCard(url, 'authentication_required', true);
    await cards.notify(organizationId, paymentId);
    await cards.waitForStatus(organizationId, paymentId, 'succeeded');
    expect((await cards.methods(organizationId)).data).toMatchObject([{ status: 'usable' }]);
  });

  it.each(['document_not_payable', 'method_not_usable'] as const)(
    'is not made after the provider was unavailable, with the reason %s',
    async (reason) => {
      const organizationId = await billing.organization();
      const methodId = await cards.storeMethod(organizationId);
      const invoice = await cards.openInvoice(organizationId);
      const { paymentId } = await cards.withFailingLookUps(async () => {
        const payment = await cards.start(organizationId, invoice.id, { methodId });
        await cards.untilLookedUp(payment.paymentId);
        if (reason === 'document_not_payable') await billing.receive({ amount: 11_675, reference: invoice.reference! });
        else await billing.test.call(deletePaymentMethod, { organizationId, methodId }, anna);
        return payment;
      });
      cards.passTime(2, 'minutes');
      await cards.waitForStatus(organizationId, paymentId, 'failed');
      expect(await billing.eventsOf(paymentId)).toMatchObject([{ data: { failure: 'soft_decline', reason } }]);
      expect(
        await billing.test.rows(`select 1 from card_simulator where reference like $1`, [`%${paymentId}`]),
      ).toEqual([]);
    },
  );
});
