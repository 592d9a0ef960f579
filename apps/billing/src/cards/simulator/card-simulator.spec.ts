import { openOrm } from '@cordee/service/database/orm';
import { serverUrl } from '@cordee/testing/test-environment';
import type { MikroORM } from '@mikro-orm/postgresql';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { BillingFixture } from '../../../test/billing.fixture.ts';
import { cardNumberOf } from '../../../test/card.fixture.ts';
import { testPaymentProvider, type ProviderUnderTest } from '../../../test/payment-provider-conformance.ts';
import type { PaymentProvider } from '../payment-provider.ts';
import { CardSimulator } from './card-simulator.ts';
import { behaviourOf, testCards } from './simulated-cards.ts';

let billing: BillingFixture;
let orm: MikroORM;
let simulatorUnderTest: SimulatorUnderTest;
beforeAll(async () => {
  billing = await BillingFixture.start({ PUBLIC_URL: 'http://127.0.0.1:9' });
  const url = new URL(serverUrl('DATABASE_ADMIN_URL'));
  url.pathname = billing.test.database.database!;
  orm = await openOrm({ url: url.href, entities: [] });
  simulatorUnderTest = new SimulatorUnderTest();
});
afterAll(async () => {
  await orm.close();
  await billing.stop();
});

/** The simulator with a payer who uses test cards, and with a network that can lose an answer. */
class SimulatorUnderTest implements ProviderUnderTest {
  private isNextAnswerLost = false;
  private readonly simulator = new CardSimulator(
    {
      asSystem: (run) =>
        orm.em.fork().transactional((em) => {
          const now = new Date();
          return run({ em, now, readClock: () => now, publish: async () => undefined, afterCommit: () => undefined });
        }),
    },
    'http://127.0.0.1:9',
  );

  readonly provider: PaymentProvider = Object.assign(Object.create(this.simulator) as PaymentProvider, {
    chargeMethod: async (request: Parameters<PaymentProvider['chargeMethod']>[0]) =>
      this.transmit(await this.simulator.chargeMethod(request)),
    refund: async (request: Parameters<PaymentProvider['refund']>[0]) =>
      this.transmit(await this.simulator.refund(request)),
  });

  async useCard(url: string, behaviour: Parameters<typeof cardNumberOf>[0]): Promise<void> {
    const token = new URL(url).searchParams.get('token')!;
    await this.simulator.pay({ token, number: cardNumberOf(behaviour), isConfirmed: true });
  }

  loseNextAnswer(): void {
    this.isNextAnswerLost = true;
  }

  async notifications() {
    const rows = await billing.test.rows(`select body, send_at from card_simulator_notification order by send_at`);
    return rows.map(({ body, send_at: sendAt }) => ({
      request: this.simulator.sign(body as string, sendAt as Date),
      sentAt: sendAt as Date,
    }));
  }

  private transmit<T>(answer: T): T {
    if (!this.isNextAnswerLost) return answer;
    this.isNextAnswerLost = false;
    throw new Error('the answer got lost');
  }
}

testPaymentProvider('card simulator', () => simulatorUnderTest);

describe('the test cards', () => {
  it('have different numbers of 16 digits with a valid check digit', () => {
    expect(new Set(testCards.map(({ number }) => number)).size).toBe(testCards.length);
    for (const { number } of testCards) {
      const digits = number.split('').toReversed().map(Number);
      const sum = digits.reduce((total, digit, index) => {
        const doubled = index % 2 === 1 ? digit * 2 : digit;
        return total + (doubled > 9 ? doubled - 9 : doubled);
      }, 0);
      expect([number.length, sum % 10]).toEqual([16, 0]);
    }
  });

  it('are found by a number with spaces or dashes, but not by another number', () => {
    const [{ number, behaviour }] = testCards as [(typeof testCards)[number]];
    expect(behaviourOf(number.replace(/(.{4})(?=.)/g, '$1 '))).toBe(behaviour);
    expect(behaviourOf(number.replace(/(.{4})(?=.)/g, '$1-'))).toBe(behaviour);
    for (const other of ['', '4242424242424242', `${number}0`]) expect(behaviourOf(other)).toBeUndefined();
  });
});
