import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Answer } from '@cordee/contracts/contract';
import { describeOrganization } from '@cordee/contracts/identity/organization';
import { getTransferOutcome } from '@cordee/contracts/products/transfer';
import { transferAccepted, transferDeclined, transferExpired } from '@cordee/contracts/products/transfer-events';
import { Locale } from '@cordee/contracts/values';
import { composeMail, mailTexts } from './compose/compose-mail.ts';
import { id, RemindersFixture, type Person } from '../test/reminders.fixture.ts';

type Outcome = Answer<typeof getTransferOutcome>;
type Transfer = { organizationId: `org_${string}`; productId: `prd_${string}`; transferId: `trf_${string}` };
const receiver = id('org');
let fixture: RemindersFixture;
/** The stubbed answer of `getTransferOutcome`. */
let outcome: Outcome;

beforeAll(async () => {
  fixture = await RemindersFixture.start();
  await fixture.test.stub(getTransferOutcome, () => outcome);
  await fixture.test.stub(describeOrganization, ({ organizationId }) => ({
    id: organizationId,
    name: organizationId === receiver ? 'Bergrettung <b>' : 'Alpine Rescue',
    legalForm: 'company' as const,
    country: 'CH',
    locale: 'fr' as const,
    timeZone: 'Europe/Zurich',
    currency: 'CHF' as const,
    createdAt: '2026-01-01T00:00:00.000Z',
  }));
});
afterAll(() => fixture.stop());
beforeEach(() => fixture.smtp.reset());

const setOutcome = (offerer: Pick<Person, 'accountId'>, status: Outcome['status']): void => {
  outcome = {
    offeredBy: offerer.accountId,
    productName: 'Files',
    status,
    toOrganizationId: status === 'accepted' ? receiver : null,
    expiresAt: '2026-12-06T23:30:00.000Z',
  };
};
const publishAccepted = (transfer: Transfer, extra: object = {}) =>
  fixture.test.publishEvent(
    transferAccepted,
    { ...transfer, toOrganizationId: receiver, acceptedBy: id('acc') },
    extra,
  );
const publishDeclined = (transfer: Transfer, extra: object = {}) =>
  fixture.test.publishEvent(transferDeclined, transfer, extra);
const publishExpired = (transfer: Transfer, extra: object = {}) =>
  fixture.test.publishEvent(transferExpired, transfer, extra);

describe('the outcome of an offered product (PROD-5)', () => {
  it.each<[Outcome['status'], typeof publishDeclined, string, string[]]>([
    [
      'accepted',
      publishAccepted,
      'Files wurde übernommen',
      ['Bergrettung <b> hat Files von Alpine Rescue übernommen', 'Die Dokumente bleiben bei Alpine Rescue.'],
    ],
    ['declined', publishDeclined, 'Ihr Angebot von Files wurde abgelehnt', ['Files bleibt bei Alpine Rescue']],
    [
      'expired',
      publishExpired,
      'Ihr Angebot von Files ist abgelaufen',
      ['bis 07.12.2026 angenommen', 'Files bleibt bei Alpine Rescue'],
    ],
  ])(
    'causes one notice, which only the offerer gets, when the offer was %s',
    async (status, publish, subject, expectedTexts) => {
      setOutcome(fixture.anna, status);
      const transfer = { ...fixture.createOrganization(), transferId: id('trf') };
      await publish(transfer);
      await publish(transfer, { sequence: 1 });
      await publish(transfer, { sequence: 2 });
      expect(await fixture.recipientsAndSubjects()).toEqual([`${fixture.anna.email} ${subject}`]);
      for (const expectedText of expectedTexts) expect(fixture.textTo(fixture.anna)).toContain(expectedText);
      expect(fixture.smtp.mails[0]!.mail.html).not.toContain('<b>');
    },
  );

  it.each<[string, () => Pick<Person, 'accountId'>]>([
    ['has left', () => ({ accountId: id('acc') })],
    ['is blocked', () => fixture.blocked],
  ])('causes no notice when the offerer %s', async (_, offerer) => {
    setOutcome(offerer(), 'declined');
    const { organizationId, productId } = fixture.createOrganization();
    await publishDeclined({ organizationId, productId, transferId: id('trf') });
    expect(await fixture.recipientsAndSubjects()).toEqual([]);
    expect(await fixture.droppedReminders(organizationId)).toEqual(['transfer_declined: no recipients']);
  });
});

describe('the texts about transfers', () => {
  const values = {
    name: 'Anna',
    offerer: 'Ben',
    organization: 'Alpine Rescue',
    receiver: 'Bergrettung',
    product: 'Files',
    expires: '2026-12-31',
  };
  it.each(Locale.options)('are complete in %s, without open placeholders', (locale) => {
    for (const kind of ['transfer_offered', 'transfer_accepted', 'transfer_declined', 'transfer_expired'] as const) {
      const { subject, text, html } = composeMail({
        kind,
        locale,
        number: 'R-0000-0000-00',
        values,
        link: 'https://console.example/transfer',
      });
      for (const part of [subject, text, html]) expect(part).not.toMatch(/\{\w+\}|undefined/);
      // The recipient of an offer is a stranger, so the subject has no free text of the offerer.
      expect(subject.includes('Files')).toBe(kind !== 'transfer_offered');
      const expectedWords = [
        'Alpine Rescue',
        ...(kind === 'transfer_accepted' ? ['Bergrettung'] : []),
        ...(kind === 'transfer_offered' ? ['Ben'] : []),
      ];
      for (const words of expectedWords)
        expect([kind, text.includes(words), html.includes(words)]).toEqual([kind, true, true]);
      expect(/\b2026\b/.test(text)).toBe(kind === 'transfer_offered' || kind === 'transfer_expired');
      expect(mailTexts[locale].kinds[kind].lines.length).toBeGreaterThan(1);
    }
  });
});
