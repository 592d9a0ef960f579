import { randomUUID } from 'node:crypto';
import { money } from '@cordee/money/money';
import { waitFor } from '@cordee/testing/wait-for';
import { describe, expect, it } from '@jest/globals';
import type { NotificationRequest, PaymentProvider, ProviderPayment } from '../src/cards/payment-provider.ts';

/** The behaviour of a test card of the provider. */
export type CardBehaviour = 'success' | 'soft_decline' | 'hard_decline' | 'authentication_required';

/**
 * A payment provider under test, and a payer who uses test cards. An optional member is undefined when the test
 * environment of the provider does not support it.
 */
export interface ProviderUnderTest {
  readonly provider: PaymentProvider;
  /** The payer opens the page, uses a card and confirms it when asked. */
  useCard(url: string, behaviour: CardBehaviour): Promise<void>;
  /** Makes the next call succeed at the provider and lose its answer. */
  loseNextAnswer?(): void;
  /** Returns the notifications that the provider has sent, and their times. */
  notifications(): Promise<readonly { request: NotificationRequest; sentAt: Date }[]>;
}
const AMOUNT = money(11_675, 'CHF');
const RETURN_URL = 'https://api.example.net/card-payment';

/**
 * The tests that the adapter of every payment provider must pass. Call this function in a spec of the adapter.
 * `underTest` returns the provider, which the spec starts before the first test.
 */
export function testPaymentProvider(providerName: string, underTest: () => ProviderUnderTest): void {
  const newReference = (): string => `org_test.${randomUUID()}`;
  const startPayment = async (reference = newReference()): Promise<{ reference: string; url: string }> => {
    const { url } = await underTest().provider.startPayment({
      reference,
      amount: AMOUNT,
      returnUrl: RETURN_URL,
      language: 'fr',
    });
    return { reference, url };
  };
  const untilStatus = (reference: string, status: ProviderPayment['status']): Promise<ProviderPayment> =>
    waitFor(async () => {
      const found = await underTest().provider.findPayment(reference);
      return found?.status === status && found;
    }, `the payment is ${status}`);
  const makePaidPayment = async (): Promise<{ reference: string; payment: ProviderPayment }> => {
    const { reference, url } = await startPayment();
    await underTest().useCard(url, 'success');
    return { reference, payment: await untilStatus(reference, 'succeeded') };
  };
  const storeMethod = async (behaviour: CardBehaviour): Promise<{ reference: string; token: string }> => {
    const reference = newReference();
    const { url } = await underTest().provider.startMethod({ reference, returnUrl: RETURN_URL, language: 'fr' });
    await underTest().useCard(url, behaviour);
    const { token } = await waitFor(async () => {
      const found = await underTest().provider.findMethod(reference);
      return found?.status === 'usable' && found;
    }, 'the method is usable');
    return { reference, token: token! };
  };
  const charge = (token: string, reference = newReference()): Promise<ProviderPayment> =>
    underTest().provider.chargeMethod({ reference, amount: AMOUNT, token, returnUrl: RETURN_URL });

  describe(`the payment provider ${providerName}`, () => {
    it('starts a payment once per reference and finds it', async () => {
      expect(await underTest().provider.findPayment(newReference())).toBeUndefined();
      const { reference, url } = await startPayment();
      expect(new URL(url).protocol).toMatch(/^https?:$/);
      expect((await startPayment(reference)).url).toBe(url);
      expect(await underTest().provider.findPayment(reference)).toMatchObject({
        status: 'open',
        url,
        capturedAmount: 0,
        capturedAt: null,
        feeAmount: 0,
        failure: null,
        chargedBackAmount: 0,
        returnedAmount: 0,
      });
    });

    it('reports the complete state of a paid payment', async () => {
      const { payment } = await makePaidPayment();
      expect(payment).toMatchObject({ capturedAmount: AMOUNT.amount, failure: null, chargedBackAmount: 0 });
      expect(payment.capturedAt).toBeInstanceOf(Date);
      expect(payment.card).toEqual({
        brand: expect.any(String),
        lastFour: expect.stringMatching(/^\d{4}$/),
        country: expect.stringMatching(/^[A-Z]{2}$/),
      });
    });

    it('lets the payer try again after a soft decline, and takes the money once', async () => {
      const { reference, url } = await startPayment();
      await underTest().useCard(url, 'soft_decline');
      expect(await underTest().provider.findPayment(reference)).toMatchObject({ status: 'open', capturedAmount: 0 });
      await underTest().useCard(url, 'authentication_required');
      expect(await untilStatus(reference, 'succeeded')).toMatchObject({ capturedAmount: AMOUNT.amount });
      await expect(underTest().useCard(url, 'success')).rejects.toThrow();
      expect(await underTest().provider.findPayment(reference)).toMatchObject({ capturedAmount: AMOUNT.amount });
    });

    it('stores a card and charges it once per reference while the payer is absent', async () => {
      const { token } = await storeMethod('success');
      const reference = newReference();
      const payments = await Promise.all([
        charge(token, reference),
        charge(token, reference),
        charge(token, reference),
      ]);
      for (const payment of payments)
        expect(payment).toMatchObject({ status: 'succeeded', capturedAmount: AMOUNT.amount });
      expect(await underTest().provider.findPayment(reference)).toMatchObject({ capturedAmount: AMOUNT.amount });
    });

    it.each(['soft_decline', 'hard_decline'] as const)('reports a charge with a %s', async (behaviour) => {
      const { token } = await storeMethod(behaviour);
      expect(await charge(token)).toMatchObject({
        status: 'failed',
        capturedAmount: 0,
        failure: { kind: behaviour, reason: expect.any(String) },
      });
    });

    it('reports a charge that the payer must confirm, without a failure', async () => {
      const { token } = await storeMethod('authentication_required');
      const reference = newReference();
      const { status, url, failure } = await charge(token, reference);
      expect([status, failure]).toEqual(['authentication_required', null]);
      await underTest().useCard(url!, 'authentication_required');
      await untilStatus(reference, 'succeeded');
    });

    it('deletes a card, also when asked twice, and does not charge the deleted card', async () => {
      const { reference, token } = await storeMethod('success');
      await underTest().provider.deleteMethod(reference);
      await underTest().provider.deleteMethod(reference);
      expect((await charge(token)).status).toBe('failed');
    });

    it('refunds in parts, once per reference, and never more than was paid', async () => {
      const { provider } = underTest();
      const { reference: paymentReference } = await makePaidPayment();
      const refund = (reference: string, amount: number) =>
        provider.refund({ reference, paymentReference, amount: money(amount, AMOUNT.currency) });
      const [first, second, third] = [newReference(), newReference(), newReference()];
      expect(await provider.findRefund({ reference: first, paymentReference })).toBeUndefined();
      expect(await refund(first, 5_000)).toMatchObject({ status: 'succeeded' });
      expect(await refund(first, 5_000)).toMatchObject({ status: 'succeeded' });
      expect(await refund(second, AMOUNT.amount - 5_000)).toMatchObject({ status: 'succeeded' });
      expect(await refund(third, 1)).toMatchObject({ status: 'failed' });
      expect(await provider.findRefund({ reference: first, paymentReference })).toMatchObject({ status: 'succeeded' });
    });

    it('finds the result of a call whose answer got lost', async () => {
      const { provider } = underTest();
      if (!underTest().loseNextAnswer) return;
      const { token } = await storeMethod('success');
      const reference = newReference();
      underTest().loseNextAnswer!();
      await expect(charge(token, reference)).rejects.toThrow();
      expect(await provider.findPayment(reference)).toMatchObject({ status: 'succeeded' });
      const references = { reference: newReference(), paymentReference: reference };
      underTest().loseNextAnswer!();
      await expect(provider.refund({ ...references, amount: money(1_000, AMOUNT.currency) })).rejects.toThrow();
      expect(await provider.findRefund(references)).toMatchObject({ status: 'succeeded' });
    });

    it('signs its notifications, and refuses changed, old, early and unsigned notifications', async () => {
      const { provider } = underTest();
      const { reference } = await makePaidPayment();
      const { request, sentAt } = await waitFor(
        async () =>
          (await underTest().notifications()).find(
            (each) => provider.readNotification(each.request, each.sentAt)?.reference === reference,
          ),
        'a notification about the payment',
      );
      const secondsLater = (seconds: number): Date => new Date(sentAt.getTime() + seconds * 1_000);
      expect(provider.readNotification(request, secondsLater(240))).toEqual({ reference });
      expect(provider.readNotification(request, secondsLater(600))).toBeUndefined();
      expect(provider.readNotification(request, secondsLater(-600))).toBeUndefined();
      expect(provider.readNotification({ ...request, body: `${request.body} ` }, sentAt)).toBeUndefined();
      expect(provider.readNotification({ ...request, headers: {} }, sentAt)).toBeUndefined();
      for (const name of Object.keys(request.headers)) {
        const headers = { ...request.headers, [name]: 'v1,AAAA' };
        expect(provider.readNotification({ ...request, headers }, sentAt)).toBeUndefined();
      }
      expect(provider.readNotification({ body: '{', headers: request.headers }, sentAt)).toBeUndefined();
    });
  });
}
