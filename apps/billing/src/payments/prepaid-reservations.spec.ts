import { chargePeriod } from '@cordee/contracts/billing/charge';
import { payDocument } from '@cordee/contracts/billing/document';
import { cancelOrder, getOrder } from '@cordee/contracts/billing/order';
import { payOutPrepaid } from '@cordee/contracts/billing/pay-out';
import { releaseReservedPrepaid } from '@cordee/contracts/billing/prepaid-reservation';
import type { Answer } from '@cordee/contracts/contract';
import { newId, type Id } from '@cordee/contracts/id';
import { addDays } from '@cordee/calendar/local-date';
import { renewalDetached } from '@cordee/contracts/renewals/renewal';
import { uuid } from '@cordee/testing/test-service';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { expectConsistentLedger } from '../../test/consistent-ledger.fixture.ts';
import { anna, asService, type BillingFixture, chf, people } from '../../test/billing.fixture.ts';
import { issueRenewalProFormaOf } from '../../test/renewal-pro-forma.ts';
import { readPdfTexts } from '../../test/pdf-texts.ts';
import { CardFixture } from '../../test/card.fixture.ts';

type OrganizationId = `org_${string}`;
const TOTAL = 11_675;
const PART = 3_000;
const REST = TOTAL - PART;

let cards: CardFixture;
let billing: BillingFixture;
beforeAll(async () => {
  cards = await CardFixture.start();
  billing = cards.billing;
});
afterAll(() => billing.stop());

const pay = (
  organizationId: OrganizationId,
  documentId: Id<'pfm' | 'inv'>,
  amount?: number,
): Promise<Answer<typeof payDocument>> =>
  billing.test.call(
    payDocument,
    { organizationId, documentId, method: 'prepaid', ...(amount !== undefined && { amount }) },
    people.payer,
    billing.newKeyOptions(),
  );

const codeOf = (organizationId: OrganizationId, documentId: Id<'pfm' | 'inv'>, amount: number): Promise<string> =>
  billing.test.codeOf(
    payDocument,
    { organizationId, documentId, method: 'prepaid', amount },
    anna,
    billing.newKeyOptions(),
  );

/** Creates an organization with prepaid money and an unpaid pro forma for which a part of it is reserved. */
async function reservedProForma() {
  const organizationId = await billing.organization();
  await billing.topUp(organizationId, PART + 1_000);
  const { id: orderId, proFormaId } = await billing.order(organizationId);
  const proForma = await pay(organizationId, proFormaId, PART);
  return { organizationId, orderId, proForma: { ...proForma, id: proFormaId, reference: proForma.reference! } };
}

/** Issues a renewal pro forma for which a part is reserved. */
async function reservedRenewal() {
  const organizationId = await billing.organization();
  await billing.topUp(organizationId, PART + 1_000);
  const productId = newId('prd', new Date());
  const proFormaId = await issueRenewalProFormaOf(billing, organizationId, productId);
  return { organizationId, productId, proFormaId, proForma: await pay(organizationId, proFormaId, PART) };
}

describe('a part of an open invoice', () => {
  it('is paid from prepaid at once, and the rest by bank transfer', async () => {
    const organizationId = await billing.organization();
    const invoice = await cards.openInvoice(organizationId);
    await billing.topUp(organizationId, PART);
    expect(await pay(organizationId, invoice.id as `inv_${string}`, PART)).toMatchObject({
      status: 'part_paid',
      paid: chf(PART),
      open: chf(REST),
      reserved: chf(0),
    });
    await billing.receive({ amount: REST, reference: invoice.reference! });
    expect(await billing.document(organizationId, invoice.id)).toMatchObject({ status: 'paid', open: chf(0) });
    expect(await billing.balance(organizationId)).toBe(0);
    await expectConsistentLedger(billing, organizationId);
  });

  it('is refused above the open amount or the balance, and changes nothing', async () => {
    const organizationId = await billing.organization();
    const invoice = await cards.openInvoice(organizationId);
    const id = invoice.id as `inv_${string}`;
    await billing.topUp(organizationId, PART);
    expect(await codeOf(organizationId, id, TOTAL + 1)).toBe('PREPAID_AMOUNT_TOO_HIGH');
    expect(await codeOf(organizationId, id, PART + 1)).toBe('PREPAID_INSUFFICIENT');
    expect(await codeOf(organizationId, id, 0)).toBe('INPUT_INVALID');
    expect(await billing.document(organizationId, id)).toMatchObject({ status: 'open', open: chf(TOTAL) });
    expect(await billing.balance(organizationId)).toBe(PART);
  });
});

describe('the reserved part of a pro forma', () => {
  it('is in the ledger account `reserved`, and remains the money of the customer until the conversion', async () => {
    const { organizationId, proForma } = await reservedProForma();
    expect(proForma).toMatchObject({ status: 'issued', open: chf(REST), reserved: chf(PART), invoiceId: null });
    expect(await billing.balance(organizationId)).toBe(1_000);
    expect(await cards.balances(organizationId)).toEqual({ clearing: 4_000, prepaid: -1_000, reserved: -PART });
    expect((await billing.eventsOf(proForma.id)).at(-1)).toMatchObject({
      type: 'pro_forma.reservation_changed',
      data: { reserved: chf(PART), open: chf(REST) },
    });
    // The PDF asks for the rest.
    const text = readPdfTexts(await billing.pdf(organizationId, proForma.id))
      .map((each) => each.text)
      .join(' ');
    for (const part of ['Réservé sur votre compte prépayé', '30.00', '86.75']) expect(text).toContain(part);
    // Reserved money cannot be paid out.
    const payOut = { organizationId, amount: 1_001, iban: 'CH5604835012345678009', accountHolder: 'Alpine Rescue' };
    expect(await billing.test.codeOf(payOutPrepaid, payOut, anna, billing.newKeyOptions())).toBe(
      'PREPAID_INSUFFICIENT',
    );
  });

  it.each([
    ['the rest', REST, 1_000],
    ['more than the rest', REST + 50, 1_050],
    ['the whole amount', TOTAL, 1_000 + PART],
  ])('pays the pro forma together with a transfer of %s', async (_, amount, balance) => {
    const { organizationId, orderId, proForma } = await reservedProForma();
    await billing.receive({ amount, reference: proForma.reference });
    const { invoiceId, status } = await billing.test.call(getOrder, { organizationId, orderId }, anna);
    expect(status).toBe('paid');
    expect(await billing.document(organizationId, invoiceId!)).toMatchObject({ status: 'paid', paid: chf(TOTAL) });
    expect(await billing.document(organizationId, proForma.id)).toMatchObject({ reserved: chf(0), open: chf(0) });
    expect(await billing.balance(organizationId)).toBe(balance);
    expect((await cards.balances(organizationId))['reserved']).toBeUndefined();
    await expectConsistentLedger(billing, organizationId);
  });

  it('stays reserved after a transfer below the rest, which goes to prepaid', async () => {
    const { organizationId, proForma } = await reservedProForma();
    await billing.receive({ amount: REST - 1, reference: proForma.reference });
    expect(await billing.document(organizationId, proForma.id)).toMatchObject({
      status: 'issued',
      reserved: chf(PART),
    });
    expect(await billing.balance(organizationId)).toBe(1_000 + REST - 1);
    // The customer pays the rest with the money that came.
    await billing.topUp(organizationId, 1);
    expect(await pay(organizationId, proForma.id)).toMatchObject({ kind: 'invoice', status: 'paid' });
    expect(await billing.balance(organizationId)).toBe(1_000);
    await expectConsistentLedger(billing, organizationId);
  });

  it('grows with each call, until it pays the whole pro forma', async () => {
    const { organizationId, proForma } = await reservedProForma();
    expect(await pay(organizationId, proForma.id, 1_000)).toMatchObject({ reserved: chf(4_000), open: chf(7_675) });
    await billing.topUp(organizationId, 7_675);
    expect(await codeOf(organizationId, proForma.id, 7_676)).toBe('PREPAID_AMOUNT_TOO_HIGH');
    expect(await pay(organizationId, proForma.id, 7_675)).toMatchObject({ kind: 'invoice', status: 'paid' });
    expect(await billing.balance(organizationId)).toBe(0);
    await expectConsistentLedger(billing, organizationId);
  });

  it('pays the pro forma together with a card', async () => {
    const { organizationId, proForma } = await reservedProForma();
    const paymentId = await cards.pay(organizationId, proForma.id);
    expect(await cards.waitForStatus(organizationId, paymentId, 'succeeded')).toMatchObject({ amount: chf(REST) });
    expect(await billing.balance(organizationId)).toBe(1_000);
    await expectConsistentLedger(billing, organizationId);
  });

  it('is released by the customer, once', async () => {
    const { organizationId, proForma } = await reservedProForma();
    const input = { organizationId, documentId: proForma.id };
    for (let call = 0; call < 2; call += 1) {
      expect(await billing.test.call(releaseReservedPrepaid, input, anna)).toMatchObject({
        status: 'issued',
        reserved: chf(0),
        open: chf(TOTAL),
      });
      expect(await billing.balance(organizationId)).toBe(PART + 1_000);
    }
    expect(await billing.test.codeOf(releaseReservedPrepaid, input, people.viewer)).toBe('PERMISSION_DENIED');
  });

  it('is released when the order is cancelled, and then pays an open invoice', async () => {
    const { organizationId, orderId, proForma } = await reservedProForma();
    const invoice = await cards.openInvoice(organizationId);
    await billing.topUp(organizationId, TOTAL - PART - 1_000);
    expect(await billing.document(organizationId, invoice.id)).toMatchObject({ status: 'open' });
    await billing.test.call(cancelOrder, { organizationId, orderId }, anna);
    expect(await billing.document(organizationId, proForma.id)).toMatchObject({
      status: 'cancelled',
      reserved: chf(0),
    });
    expect(await billing.document(organizationId, invoice.id)).toMatchObject({ status: 'paid' });
    await expectConsistentLedger(billing, organizationId);
  });

  it('is released when the bank takes back the money', async () => {
    const organizationId = await billing.organization();
    const { standingOrderReference } = await billing.prepaid(organizationId);
    const servicerReference = 'TO-BE-REVERSED';
    await billing.receive({ amount: PART, reference: standingOrderReference, servicerReference });
    const { proFormaId } = await billing.order(organizationId);
    await pay(organizationId, proFormaId, PART);
    await billing.receive({ amount: PART, reference: standingOrderReference, servicerReference, isReversal: true });
    expect(await billing.document(organizationId, proFormaId)).toMatchObject({ reserved: chf(0), open: chf(TOTAL) });
    expect(await billing.balance(organizationId)).toBe(0);
    await expectConsistentLedger(billing, organizationId);
  });
});

describe('the reserved part of a renewal pro forma', () => {
  it('is released when the product leaves the organization', async () => {
    const { organizationId, productId, proFormaId } = await reservedRenewal();
    await billing.test.publishEvent(renewalDetached, { ...renewalDetached.example, organizationId, productId });
    await billing.test.until(
      async () => (await billing.document(organizationId, proFormaId)).status === 'cancelled',
      'the cancelled pro forma',
    );
    expect(await billing.balance(organizationId)).toBe(PART + 1_000);
    await expectConsistentLedger(billing, organizationId);
  });

  it('pays the charge that replaces the pro forma', async () => {
    const { organizationId, productId, proFormaId } = await reservedRenewal();
    await billing.topUp(organizationId, TOTAL - PART - 1_000);
    expect(
      await billing.test.call(chargePeriod, billing.chargeInput(organizationId, { productId }), asService),
    ).toMatchObject({ status: 'paid' });
    expect(await billing.document(organizationId, proFormaId)).toMatchObject({ status: 'cancelled', reserved: chf(0) });
    expect(await billing.balance(organizationId)).toBe(0);
    await expectConsistentLedger(billing, organizationId);
  });
});

describe('the reserved money of an expired pro forma', () => {
  it('waits for a late payment, which converts the pro forma', async () => {
    const { organizationId, proForma } = await reservedProForma();
    billing.test.moveClockTo(`${addDays(proForma.dueOn!, 12)}T09:00:00.000Z`);
    await billing.receive({ amount: REST, reference: proForma.reference, valueDate: addDays(proForma.dueOn!, 9) });
    billing.test.moveClockTo(`${addDays(proForma.dueOn!, 12)}T10:00:00.000Z`);
    await billing.test.until(
      async () => (await billing.document(organizationId, proForma.id)).status === 'converted',
      'the conversion',
    );
    expect(await billing.balance(organizationId)).toBe(1_000);
    await expectConsistentLedger(billing, organizationId);
  });

  it('is in prepaid again 15 days after the expiry', async () => {
    const { organizationId, proForma } = await reservedProForma();
    billing.test.moveClockTo(`${addDays(proForma.dueOn!, 14)}T09:00:00.000Z`);
    expect(await billing.document(organizationId, proForma.id)).toMatchObject({
      status: 'expired',
      reserved: chf(PART),
    });
    billing.test.moveClockTo(`${addDays(proForma.dueOn!, 15)}T09:00:00.000Z`);
    await billing.test.until(async () => (await billing.balance(organizationId)) === PART + 1_000, 'the release');
    expect(await billing.document(organizationId, proForma.id)).toMatchObject({ reserved: chf(0) });
    const bookings = await billing.test.rows(
      `select count(*)::int from ledger_booking where organization_id = $1 and kind = 'reversal'`,
      [uuid(organizationId)],
    );
    expect(bookings).toEqual([{ count: 1 }]);
    await expectConsistentLedger(billing, organizationId);
  });
});
