import { getCardPayment, receiveCardNotification, startCardPayment } from '@cordee/contracts/billing/card-payment';
import { paySimulatedPayment } from '@cordee/contracts/billing/card-simulator';
import { addPaymentMethod, listPaymentMethods } from '@cordee/contracts/billing/payment-method';
import type { getDocument } from '@cordee/contracts/billing/document';
import type { Answer } from '@cordee/contracts/contract';
import { chargePeriod } from '@cordee/contracts/billing/charge';
import { uuid } from '@cordee/testing/test-service';
import { CardSimulator } from '../src/cards/simulator/card-simulator.ts';
import { testCards, type Behaviour } from '../src/cards/simulator/simulated-cards.ts';
import { anna, asService, BillingFixture } from './billing.fixture.ts';

type OrganizationId = `org_${string}`;

const MS_OF_UNIT = { minutes: 60_000, hours: 3_600_000, days: 86_400_000 } as const;

/** Returns the number of the test card with a behaviour. */
export const cardNumberOf = (behaviour: Behaviour): string =>
  testCards.find((card) => card.behaviour === behaviour)!.number;

/**
 * Billing with the card simulator. No server receives the notifications of the simulator, so a test delivers them
 * itself.
 */
export class CardFixture {
  /** Signs notifications, without a database. */
  private readonly signer = new CardSimulator({ asSystem: () => Promise.reject(new Error('has no database')) }, '');

  private readonly lookedUpReferences = new Set<string>();

  private constructor(readonly billing: BillingFixture) {}

  static async start(environment: Record<string, string> = {}): Promise<CardFixture> {
    // No server listens on the discard port, so notifications get lost unless a test delivers them.
    return new CardFixture(await BillingFixture.start({ PUBLIC_URL: 'http://127.0.0.1:9', ...environment }));
  }

  /** Issues an open invoice of 116.75. */
  async openInvoice(organizationId: OrganizationId): Promise<Answer<typeof getDocument>> {
    const { invoiceId } = await this.billing.test.call(
      chargePeriod,
      this.billing.chargeInput(organizationId, { method: 'on_credit' }),
      asService,
    );
    return this.billing.document(organizationId, invoiceId!);
  }

  start(
    organizationId: OrganizationId,
    documentId: string,
    fields: object = {},
  ): Promise<Answer<typeof startCardPayment>> {
    return this.billing.test.call(
      startCardPayment,
      { organizationId, documentId, ...fields },
      anna,
      this.billing.newKeyOptions(),
    );
  }

  /** Uses a test card on the page of the simulator. */
  useCard(
    url: string | null,
    behaviour: Behaviour = 'success',
    isConfirmed = false,
  ): Promise<Answer<typeof paySimulatedPayment>> {
    const token = new URL(url!).searchParams.get('token')!;
    return this.billing.test.call(
      paySimulatedPayment,
      { token, number: cardNumberOf(behaviour), isConfirmed },
      'nobody',
    );
  }

  /** Starts a payment, pays it with a test card, and delivers the notifications that are due. */
  async pay(
    organizationId: OrganizationId,
    documentId: string,
    { behaviour = 'success', ...fields }: { behaviour?: Behaviour; prepaidAmount?: number } = {},
  ): Promise<`pay_${string}`> {
    const { paymentId, url } = await this.start(organizationId, documentId, fields);
    await this.useCard(url, behaviour).catch(() => undefined);
    await this.deliverDue(paymentId);
    return paymentId;
  }

  /** Stores a test card and returns the id of the payment method. */
  async storeMethod(organizationId: OrganizationId, behaviour: Behaviour = 'success'): Promise<`mth_${string}`> {
    const { methodId, url } = await this.billing.test.call(
      addPaymentMethod,
      { organizationId },
      anna,
      this.billing.newKeyOptions(),
    );
    await this.useCard(url, behaviour, true);
    await this.notify(organizationId, methodId);
    await this.billing.test.until(async () => {
      const { data } = await this.methods(organizationId);
      return data.find(({ id }) => id === methodId)?.status === 'usable';
    }, `${methodId} is usable`);
    return methodId;
  }

  methods(organizationId: OrganizationId): Promise<Answer<typeof listPaymentMethods>> {
    return this.billing.test.call(listPaymentMethods, { organizationId }, anna);
  }

  payment(organizationId: OrganizationId, paymentId: `pay_${string}`): Promise<Answer<typeof getCardPayment>> {
    return this.billing.test.call(getCardPayment, { organizationId, paymentId }, anna);
  }

  /** Waits until a payment has a status. */
  async waitForStatus(
    organizationId: OrganizationId,
    paymentId: `pay_${string}`,
    status: Answer<typeof getCardPayment>['status'],
  ): Promise<Answer<typeof getCardPayment>> {
    await this.billing.test.until(
      async () => (await this.payment(organizationId, paymentId)).status === status,
      `${paymentId} is ${status}`,
    );
    return this.payment(organizationId, paymentId);
  }

  /** Returns the notifications about a payment, in the order in which the simulator sends them. */
  async notifications(id: string): Promise<{ body: string; sendAt: Date }[]> {
    const rows = await this.billing.test.rows(
      `select body, send_at from card_simulator_notification where body like $1 order by send_at, id`,
      [`%${id}%`],
    );
    return rows.map((row) => ({ body: row['body'] as string, sendAt: row['send_at'] as Date }));
  }

  async deliverDue(id: string): Promise<void> {
    const now = this.billing.test.process.clock.now();
    for (const { body, sendAt } of await this.notifications(id)) if (sendAt <= now) await this.deliver(body);
  }

  /** Delivers a signed notification. Returns the code of the answer. */
  deliver(body: string, signedAt = this.billing.test.process.clock.now()): Promise<string> {
    return this.billing.test.codeOf(receiveCardNotification, this.signer.sign(body, signedAt), 'nobody');
  }

  /** Delivers a notification about a payment, a refund or a payment method. */
  notify(organizationId: OrganizationId, id: string): Promise<string> {
    return this.deliver(JSON.stringify({ type: 'changed', reference: `${organizationId}.${id}` }));
  }

  /** Runs a function. Meanwhile the provider executes an operation, but its answers get lost. */
  async losingAnswersOf<T>(operation: 'startPayment', run: () => Promise<T>): Promise<T> {
    const original = Object.getOwnPropertyDescriptor(CardSimulator.prototype, operation)!;
    const execute = original.value as CardSimulator[typeof operation];
    CardSimulator.prototype[operation] = async function executeAndFail(request) {
      await execute.call(this, request);
      throw new Error('the provider does not answer');
    };
    try {
      return await run();
    } finally {
      Object.defineProperty(CardSimulator.prototype, operation, original);
    }
  }

  /** Runs a function. Meanwhile look-ups of payments fail, so that jobs make no charges either. */
  async withFailingLookUps<T>(run: () => Promise<T>): Promise<T> {
    const findPayment = Object.getOwnPropertyDescriptor(CardSimulator.prototype, 'findPayment')!;
    CardSimulator.prototype.findPayment = (reference) => {
      this.lookedUpReferences.add(reference);
      return Promise.reject(new Error('the provider does not answer'));
    };
    try {
      return await run();
    } finally {
      Object.defineProperty(CardSimulator.prototype, 'findPayment', findPayment);
    }
  }

  /** Within `withFailingLookUps`: waits until a job has tried to look up a payment. */
  untilLookedUp(paymentId: string): Promise<unknown> {
    return this.billing.test.until(
      async () => [...this.lookedUpReferences].some((reference) => reference.endsWith(paymentId)),
      `${paymentId} is looked up`,
    );
  }

  /** Moves the clock forward; due work runs. */
  passTime(amount: number, unit: keyof typeof MS_OF_UNIT): void {
    const now = this.billing.test.process.clock.now().getTime();
    this.billing.test.moveClockTo(new Date(now + amount * MS_OF_UNIT[unit]).toISOString());
  }

  /** Returns the balances of the ledger accounts of an organization that are not zero. */
  async balances(organizationId: OrganizationId): Promise<Record<string, number>> {
    const rows = await this.billing.test.rows(
      `select account, sum(amount)::int as amount from ledger_entry where organization_id = $1
       group by account having sum(amount) <> 0 order by account`,
      [uuid(organizationId)],
    );
    return Object.fromEntries(rows.map(({ account, amount }) => [account as string, amount as number]));
  }
}
