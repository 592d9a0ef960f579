import { topUpPrepaidByCard } from '@cordee/contracts/billing/card-payment';
import { creditInvoice } from '@cordee/contracts/billing/credit-note';
import { listPayOuts, payOutPrepaid, payOutPrepaidToCards } from '@cordee/contracts/billing/pay-out';
import type { Answer, Input } from '@cordee/contracts/contract';
import { uuid } from '@cordee/testing/test-service';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { anna, chf, people, staff, type BillingFixture } from '../../test/billing.fixture.ts';
import { CardFixture } from '../../test/card.fixture.ts';
import type { Behaviour } from '../cards/simulator/simulated-cards.ts';

type OrganizationId = `org_${string}`;
const PAYER = { debtorIban: 'CH5604835012345678009', debtorName: 'Alpine Rescue' };
const OTHER_ACCOUNT = { iban: 'CH2909000000250094239', accountHolder: 'Alpine Rescue' };
const card = { brand: 'Test card', lastFour: expect.stringMatching(/^\d{4}$/) };

let cards: CardFixture;
let billing: BillingFixture;
beforeAll(async () => {
  cards = await CardFixture.start();
  billing = cards.billing;
});
afterAll(() => billing.stop());

/** Pays an amount to prepaid by card. */
async function topUpByCard(organizationId: OrganizationId, amount: number, behaviour: Behaviour = 'success') {
  const input = { organizationId, amount: chf(amount) };
  const { paymentId, url } = await billing.test.call(topUpPrepaidByCard, input, anna, billing.newKeyOptions());
  await cards.useCard(url, behaviour).catch(() => undefined);
  cards.passTime(2, 'minutes');
  await cards.waitForStatus(organizationId, paymentId, 'succeeded');
  return paymentId;
}
const topUpByBank = async (organizationId: OrganizationId, amount: number) =>
  billing.receive({ amount, reference: (await billing.prepaid(organizationId)).standingOrderReference, ...PAYER });

const payToCards = (
  organizationId: OrganizationId,
  amount: number,
  options = billing.newKeyOptions(),
): Promise<Answer<typeof payOutPrepaidToCards>> =>
  billing.test.call(payOutPrepaidToCards, { organizationId, amount }, anna, options);
const payToCardsCode = (organizationId: OrganizationId, amount: number, as: typeof anna = anna) =>
  billing.test.codeOf(payOutPrepaidToCards, { organizationId, amount }, as, billing.newKeyOptions());
const payToBankCode = (organizationId: OrganizationId, fields: Partial<Input<typeof payOutPrepaid>>) =>
  billing.test.codeOf(payOutPrepaid, { organizationId, amount: 1_000, ...fields }, anna, billing.newKeyOptions());

/** The statuses and amounts of the refunds of prepaid money to cards, the oldest first. */
const readRefunds = (organizationId: OrganizationId) =>
  billing.test.rows(
    `select status, amount::int from card_refund where organization_id = $1 and document_id is null
     order by created_at, id`,
    [uuid(organizationId)],
  );
const untilFinished = (organizationId: OrganizationId): Promise<unknown> =>
  billing.test.until(async () => {
    cards.passTime(2, 'minutes');
    const rows = await readRefunds(organizationId);
    return rows.length > 0 && rows.every(({ status }) => status !== 'ordered');
  }, 'the refund');

describe('prepaid money that came by card (PAY-4)', () => {
  it.each([
    ['any account, when no account is known', OTHER_ACCOUNT],
    ['an account that nobody named', {}],
  ])('is not paid out to %s', async (_, account) => {
    const organizationId = await billing.organization();
    await topUpByCard(organizationId, 5_000);
    expect(await payToBankCode(organizationId, account)).toBe('PAY_OUT_CARD_FIRST');
    expect(await billing.balance(organizationId)).toBe(5_000);
  });

  it('is not paid out to the account of a small bank transfer; the money of the transfer is', async () => {
    const organizationId = await billing.organization();
    await topUpByCard(organizationId, 5_000);
    await topUpByBank(organizationId, 100);
    expect(await payToBankCode(organizationId, { amount: 101 })).toBe('PAY_OUT_CARD_FIRST');
    expect(await payToBankCode(organizationId, { amount: 5_101 })).toBe('PREPAID_INSUFFICIENT');
    expect(await payToBankCode(organizationId, { amount: 100 })).toBe('ok');
    expect(await billing.balance(organizationId)).toBe(5_000);
  });

  it('goes back to the card through the provider, also when the answer of the provider gets lost', async () => {
    const organizationId = await billing.organization();
    const paymentId = await topUpByCard(organizationId, 5_000, 'time_out_after_success');
    expect(await payToCards(organizationId, 3_000)).toEqual({ refunds: [{ paymentId, card, amount: chf(3_000) }] });
    expect(await billing.balance(organizationId)).toBe(2_000);
    await untilFinished(organizationId);
    expect(await readRefunds(organizationId)).toEqual([{ status: 'succeeded', amount: 3_000 }]);
    expect(await cards.payment(organizationId, paymentId)).toMatchObject({ refunded: chf(3_000) });
    expect((await billing.prepaid(organizationId)).entries[0]).toMatchObject({
      amount: chf(-3_000),
      reason: 'paid_out',
    });
    expect(await cards.balances(organizationId)).toEqual({ card: 2_000 - 30, card_fees: 30, prepaid: -2_000 });
    const [state] = await billing.test.rows(
      `select state -> 'refunds' as refunds from card_simulator where reference like $1`,
      [`%${paymentId}`],
    );
    expect(Object.values(state!['refunds'] as object)).toEqual([{ amount: 3_000, status: 'succeeded' }]);
    expect(await payToCardsCode(organizationId, 2_001)).toBe('PREPAID_INSUFFICIENT');
  });

  it('goes back to several cards, to the card of the newest payment first', async () => {
    const organizationId = await billing.organization();
    const first = await topUpByCard(organizationId, 2_000);
    const second = await topUpByCard(organizationId, 1_000);
    const answer = await payToCards(organizationId, 2_500);
    expect(answer.refunds.map(({ paymentId, amount }) => [paymentId, amount.amount])).toEqual([
      [second, 1_000],
      [first, 1_500],
    ]);
    expect(await payToBankCode(organizationId, { ...OTHER_ACCOUNT, amount: 500 })).toBe('PAY_OUT_CARD_FIRST');
  });

  it('does not go back to the card when it has paid an invoice', async () => {
    const organizationId = await billing.organization();
    const invoice = await cards.openInvoice(organizationId);
    const paymentId = await cards.pay(organizationId, invoice.id);
    await cards.waitForStatus(organizationId, paymentId, 'succeeded');
    await billing.topUp(organizationId, 2_000);
    expect(await payToCardsCode(organizationId, 1)).toBe('PAY_OUT_CARD_TOO_HIGH');
    expect(await payToBankCode(organizationId, { ...OTHER_ACCOUNT, amount: 2_000 })).toBe('ok');
  });

  it('goes back to the card after the credit of an invoice that the card paid', async () => {
    const organizationId = await billing.organization();
    const invoice = await cards.openInvoice(organizationId);
    const paymentId = await cards.pay(organizationId, invoice.id);
    await cards.waitForStatus(organizationId, paymentId, 'succeeded');
    await billing.test.call(
      creditInvoice,
      { organizationId, documentId: invoice.id, reason: 'Cancelled', refundTo: 'prepaid' },
      staff,
      billing.newKeyOptions(),
    );
    expect(await payToBankCode(organizationId, OTHER_ACCOUNT)).toBe('PAY_OUT_CARD_FIRST');
    expect((await payToCards(organizationId, 11_675)).refunds).toMatchObject([{ paymentId, amount: chf(11_675) }]);
  });

  it('is prepaid again and may go to an account when the provider refuses the refund', async () => {
    const organizationId = await billing.organization();
    const paymentId = await topUpByCard(organizationId, 5_000, 'refund_refused');
    await payToCards(organizationId, 5_000);
    await untilFinished(organizationId);
    expect(await readRefunds(organizationId)).toEqual([{ status: 'failed', amount: 5_000 }]);
    expect(await billing.balance(organizationId)).toBe(5_000);
    expect((await billing.prepaid(organizationId)).entries[0]).toMatchObject({
      amount: chf(5_000),
      reason: 'reversed',
      documentId: null,
    });
    expect((await billing.eventsOf(paymentId)).at(-1)).toMatchObject({ type: 'card_payment.refund_failed' });
    expect(await payToCardsCode(organizationId, 1)).toBe('PAY_OUT_CARD_TOO_HIGH');
    expect(await payToBankCode(organizationId, { ...OTHER_ACCOUNT, amount: 5_000 })).toBe('ok');
    expect(await billing.test.call(listPayOuts, { organizationId }, people.viewer)).toMatchObject({
      data: [{ purpose: 'pay_out', creditorIban: OTHER_ACCOUNT.iban }],
    });
  });

  it('is refunded once by a repeated call, and never more than it was by concurrent calls', async () => {
    const organizationId = await billing.organization();
    await topUpByCard(organizationId, 5_500);
    const options = billing.newKeyOptions();
    const [first, repeated] = [
      await payToCards(organizationId, 1_000, options),
      await payToCards(organizationId, 1_000, options),
    ];
    expect(repeated).toEqual(first);
    const codes = await Promise.all(Array.from({ length: 10 }, () => payToCardsCode(organizationId, 1_000)));
    expect(codes.toSorted()).toEqual([
      ...Array.from({ length: 6 }, () => 'PREPAID_INSUFFICIENT'),
      ...Array.from({ length: 4 }, () => 'ok'),
    ]);
    expect(await billing.balance(organizationId)).toBe(500);
  });

  it('can be paid out by managers only', async () => {
    const organizationId = await billing.organization();
    await topUpByCard(organizationId, 5_000);
    expect(await payToCardsCode(organizationId, 1_000, people.payer as never)).toBe('PERMISSION_DENIED');
    expect(await payToCardsCode(organizationId, 1_000, people.admin as never)).toBe('ok');
  });
});
