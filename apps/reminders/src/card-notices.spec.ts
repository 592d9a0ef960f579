import {
  cardAuthenticationRequired,
  cardPaymentChargedBack,
  cardPaymentFailed,
} from '@cordee/contracts/billing/card-payment';
import { getPaymentDetails } from '@cordee/contracts/billing/document';
import { newId } from '@cordee/contracts/id';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { RemindersFixture } from '../test/reminders.fixture.ts';

const chf = (amount: number) => ({ amount, currency: 'CHF' as const });
const { document: exampleDocument, ...exampleDetails } = getPaymentDetails.example.output;

let reminders: RemindersFixture;
let open = 11_675;
beforeAll(async () => {
  reminders = await RemindersFixture.start();
  await reminders.test.stub(getPaymentDetails, ({ documentId }) => ({
    ...exampleDetails,
    document: {
      ...exampleDocument,
      id: documentId,
      number: 'INV-2026-000009',
      status: 'open' as const,
      open: chf(open),
    },
    iban: 'CH4431999123000889012',
    reference: '210000000003139471430009017',
    paymentsKnownUntil: null,
    isCoveredByPrepaid: false,
  }));
});
beforeEach(() => {
  open = 11_675;
  reminders.smtp.mails.length = 0;
});
afterAll(() => reminders.stop());

const textsOf = (address: string): string =>
  reminders.smtp.mails
    .filter(({ to }) => to === address)
    .map(({ mail }) => `${mail.subject}\n${mail.text}`)
    .join('\n');

/** Publishes the event about a failed charge, and returns the recipients and subjects of the sent mails. */
async function sentAfterFailedCharge(failure: 'soft_decline' | 'hard_decline', methodId: `mth_${string}` | null) {
  const { organizationId } = reminders.createOrganization();
  const documentId = newId('inv', new Date());
  await reminders.test.publishEvent(cardPaymentFailed, {
    ...cardPaymentFailed.example,
    organizationId,
    paymentId: newId('pay', new Date()),
    documentId,
    amount: chf(11_675),
    methodId,
    failure,
  });
  return reminders.recipientsAndSubjects();
}

describe('a mail about a card', () => {
  it.each([
    ['soft_decline', 'Your card did not pay CHF 116.75', 'The card stays stored'],
    ['hard_decline', 'A stored card was declined permanently', 'is not charged any more'],
  ] as const)('after a %s names the document, the open amount and the ways to pay', async (failure, subject, line) => {
    await sentAfterFailedCharge(failure, newId('mth', new Date()));
    const text = textsOf(reminders.admin.email).replaceAll('\u00a0', ' ');
    for (const part of [subject, line, 'INV-2026-000009', '116.75', '210000000003139471430009017'])
      expect(text).toContain(part);
    // Collaborators without the right to pay get no mail.
    expect(textsOf(reminders.cleo.email)).toBe('');
  });

  it('is not sent when the payer used a link', async () => {
    expect(await sentAfterFailedCharge('soft_decline', null)).toEqual([]);
  });

  it('about an authentication request of the bank links to the payment and does not report a decline', async () => {
    const { organizationId } = reminders.createOrganization();
    const paymentId = newId('pay', new Date());
    const event = { ...cardAuthenticationRequired.example, organizationId, documentId: newId('inv', new Date()) };
    await reminders.test.publishEvent(cardAuthenticationRequired, { ...event, paymentId });
    await reminders.recipientsAndSubjects();
    const text = textsOf(reminders.admin.email);
    expect(text).toContain(`https://console.example/organizations/${organizationId}/card-payments/${paymentId}`);
    expect(text).toContain('The card is not declined');
    reminders.smtp.mails.length = 0;
    // The document was paid in another way.
    open = 0;
    await reminders.test.publishEvent(cardAuthenticationRequired, { ...event, paymentId: newId('pay', new Date()) });
    expect(await reminders.recipientsAndSubjects()).toEqual([]);
  });

  it('about a charged-back payment names the invoice that is open again', async () => {
    const { organizationId } = reminders.createOrganization();
    await reminders.test.publishEvent(cardPaymentChargedBack, {
      ...cardPaymentChargedBack.example,
      organizationId,
      paymentId: newId('pay', new Date()),
    });
    await reminders.recipientsAndSubjects();
    const text = textsOf(reminders.admin.email).replaceAll('\u00a0', ' ');
    expect(text).toContain('took back CHF 116.75');
    expect(text).toContain('INV-2026-000009');
  });
});
