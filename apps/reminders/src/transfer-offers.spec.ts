import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { DomainError } from '@cordee/contracts/domain-error';
import { newId } from '@cordee/contracts/id';
import { getTransferMail } from '@cordee/contracts/products/transfer';
import { transferOffered } from '@cordee/contracts/products/transfer-events';
import { periodStarted, renewalDetached } from '@cordee/contracts/renewals/renewal';
import { TestService, uuid } from '@cordee/testing/test-service';
import { TestMailbox } from '../test/test-mailbox.ts';
import { remindersService } from './reminders.service.ts';

let test: TestService;
let smtp: TestMailbox;
let hasOfferEnded = false;

beforeAll(async () => {
  smtp = await TestMailbox.start();
  test = await TestService.start(remindersService, { SMTP_URL: smtp.url, PUBLIC_URL: 'https://console.example' });
  await test.stub(getTransferMail, () => {
    if (hasOfferEnded) throw new DomainError('TRANSFER_NOT_FOUND');
    return {
      email: 'guest@example.ch',
      locale: 'fr' as const,
      organizationName: 'A & B <i>',
      offererEmail: 'anna@example.ch',
      productName: 'Files',
      token: 'the-token',
      expiresAt: '2026-12-31T09:00:00.000Z',
    };
  });
});
afterAll(async () => {
  await test.stop();
  await smtp.stop();
});
beforeEach(() => {
  smtp.reset();
  hasOfferEnded = false;
});

const newIds = () => ({
  organizationId: newId('org', new Date()),
  productId: newId('prd', new Date()),
  transferId: newId('trf', new Date()),
});
const remindersOf = (organizationId: `org_${string}`) =>
  test.rows(`select kind, status, reason, level from reminder where organization_id = $1 order by due_at, kind`, [
    uuid(organizationId),
  ]);
const waitUntilProcessed = (organizationId: `org_${string}`) =>
  test.until(
    async () => (await remindersOf(organizationId)).every(({ status }) => status !== 'planned'),
    'the reminder',
  );

describe('a product offered by mail (PROD-5)', () => {
  it('causes one mail to the address, in its language, with the link', async () => {
    const data = { ...newIds(), kind: 'email' as const };
    await test.publishEvent(transferOffered, data);
    await test.publishEvent(transferOffered, data, { sequence: 1 });
    const [first] = await test.until(async () => smtp.mails.length > 0 && smtp.mails, 'a mail');
    expect([first!.to, first!.mail.subject]).toEqual(['guest@example.ch', 'Un produit vous est proposé']);
    expect(first!.mail.text).toContain('https://console.example/transfer?token=the-token');
    expect(first!.mail.text).toContain('31.12.2026');
    expect(first!.mail.html).not.toContain('<i>');
    expect(first!.mail.text).toContain('anna@example.ch vous propose');
    expect(first!.mail.text).toMatch(/Nom de l’organisation.*: A & B i$/m);
    expect(smtp.mails).toHaveLength(1);
  });

  it.each(['link', 'organization'] as const)('causes no mail when the kind of the offer is %s', async (kind) => {
    const { organizationId, ...otherIds } = newIds();
    await test.publishEvent(transferOffered, { organizationId, ...otherIds, kind });
    expect(await remindersOf(organizationId)).toEqual([]);
  });

  it('causes no mail when the offer has ended', async () => {
    hasOfferEnded = true;
    const { organizationId, ...otherIds } = newIds();
    await test.publishEvent(transferOffered, { organizationId, ...otherIds, kind: 'email' });
    await waitUntilProcessed(organizationId);
    expect(await remindersOf(organizationId)).toMatchObject([{ status: 'dropped', reason: 'transfer_not_found' }]);
    expect(smtp.mails).toEqual([]);
  });
});

describe('notices before the end of a period', () => {
  it('stop for the former owner, start for the new owner, and start again after a transfer back', async () => {
    const { organizationId, productId, transferId } = newIds();
    const dayAfter = (days: number): string =>
      new Date(test.process.clock.now().getTime() + days * 86_400_000).toISOString().slice(0, 10);
    const period = {
      productId,
      name: 'Files',
      type: 'drive',
      interval: 'yearly' as const,
      periodStart: dayAfter(0),
      periodEnd: dayAfter(365),
    };
    const startPeriod = (owner: `org_${string}`) =>
      test.publishEvent(periodStarted, {
        organizationId: owner,
        ...period,
        how: 'transferred',
        invoiceId: null,
        isAutomatic: false,
      });
    await startPeriod(organizationId);
    const plannedCount = async (owner: `org_${string}`) =>
      (await remindersOf(owner)).filter(({ status }) => status === 'planned').length;
    const noticeCount = await plannedCount(organizationId);
    expect(noticeCount).toBeGreaterThan(0);
    await test.publishEvent(renewalDetached, { organizationId, ...period, transferId });
    const newOwner = newId('org', new Date());
    await startPeriod(newOwner);
    expect([await plannedCount(organizationId), await plannedCount(newOwner)]).toEqual([0, noticeCount]);
    await test.publishEvent(renewalDetached, { organizationId: newOwner, ...period, transferId });
    await startPeriod(organizationId);
    expect([await plannedCount(organizationId), await plannedCount(newOwner)]).toEqual([noticeCount, 0]);
  });
});
