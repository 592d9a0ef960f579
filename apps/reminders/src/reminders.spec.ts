import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { getPaymentDetails } from '@cordee/contracts/billing/document';
import {
  invoiceIssued,
  invoicePaid,
  invoicePartPaid,
  invoiceReopened,
  proFormaIssued,
} from '@cordee/contracts/billing/document-events';
import { invoiceCredited, invoiceWrittenOff } from '@cordee/contracts/billing/credit-note';
import { prepaidCredited } from '@cordee/contracts/billing/prepaid';
import { newId } from '@cordee/contracts/id';
import { getRecipient, getSignUpMail, signUpRequested } from '@cordee/contracts/identity/account';
import { getInvitationMail, invitationSent } from '@cordee/contracts/identity/invitation';
import { listRecipients, memberChanged } from '@cordee/contracts/identity/member';
import { describeOrganization } from '@cordee/contracts/identity/organization';
import { listMessages, verifyReminder, verifyReminderAsStaff } from '@cordee/contracts/reminders/message';
import {
  automaticRenewalFailed,
  automaticRenewalSwitched,
  periodStarted,
  warrantyTriggered,
} from '@cordee/contracts/renewals/renewal';
import { readPages } from '@cordee/testing/read-pages';
import { TestService } from '@cordee/testing/test-service';
import type { Email } from 'postal-mime';
import { TestMailbox } from '../test/test-mailbox.ts';
import { remindersService } from './reminders.service.ts';
import { waitUntilIdle } from '../test/wait-until-idle.ts';

let test: TestService;
let smtp: TestMailbox;
let inbox: TestMailbox['mails'];

const anna = {
  accountId: 'acc_01je5nryg0fgz9y05x3mqpmjrg' as const,
  name: 'Anna Keller',
  email: 'anna@example.ch',
  locale: 'de' as const,
  role: 'legal_representative' as const,
  flags: ['billing.view' as const, 'reminders.email' as const],
  isBlocked: false,
};
const carla = {
  ...anna,
  accountId: 'acc_01je5nryg0fgz9y05x3mqpmjrj' as const,
  name: 'Carla Weber',
  email: 'carla@example.ch',
  flags: [],
};
const ben = {
  accountId: 'acc_01je5nryg0fgz9y05x3mqpmjrh' as const,
  name: 'Ben Rossi',
  email: 'ben@example.ch',
  locale: 'fr' as const,
  role: 'collaborator' as const,
  flags: ['reminders.email' as const],
  isBlocked: false,
};
/** The members of every organization in this spec. */
let people: (typeof anna | typeof ben | typeof carla)[] = [];
const debts = new Map<
  string,
  { open: number; paymentsKnownUntil: string | null; isCovered?: boolean; orderId?: `ord_${string}` | null }
>();
const total = { amount: 11_675, currency: 'CHF' as const };

let isInvitationBound = true;
beforeAll(async () => {
  smtp = await TestMailbox.start();
  inbox = smtp.mails;
  test = await TestService.start(remindersService, { SMTP_URL: smtp.url, PUBLIC_URL: 'https://console.example' });
  await test.stub(listRecipients, () => ({ data: people }));
  await test.stub(describeOrganization, ({ organizationId }) => ({
    id: organizationId,
    name: 'Alpine Rescue',
    legalForm: 'company' as const,
    country: 'CH',
    locale: 'fr' as const,
    timeZone: 'Europe/Zurich',
    currency: 'CHF' as const,
    createdAt: '2026-01-01T00:00:00.000Z',
  }));
  await test.stub(getRecipient, ({ accountId }) => ({
    accountId,
    email: anna.email,
    name: anna.name,
    locale: 'de' as const,
  }));
  await test.stub(getSignUpMail, () => ({
    kind: 'confirm' as const,
    email: 'new@example.ch',
    locale: 'it' as const,
    token: 'tok-en',
  }));
  await test.stub(getInvitationMail, () => ({
    email: 'guest@example.ch',
    locale: 'en' as const,
    organizationName: 'You & I have won <i> https://evil.example/prize',
    inviterEmail: 'anna@example.ch',
    isBoundToAddress: isInvitationBound,
    role: 'external' as const,
    token: 'invite-token',
    expiresAt: '2026-12-31T00:00:00.000Z',
  }));
  await test.stub(getPaymentDetails, ({ documentId }) => {
    const debt = debts.get(documentId) ?? { open: 11_675, paymentsKnownUntil: null };
    return {
      iban: 'CH4431999123000889012',
      reference: '210000000003139471430009017',
      paymentsKnownUntil: debt.paymentsKnownUntil,
      isCoveredByPrepaid: debt.isCovered ?? false,
      document: {
        id: documentId,
        kind: 'invoice' as const,
        number: 'INV-2026-000007',
        status: debt.open ? ('open' as const) : ('paid' as const),
        issuedOn: '2026-01-01',
        dueOn: '2026-02-01',
        paidOn: null,
        net: total,
        vat: { amount: 0, currency: 'CHF' as const },
        rounding: { amount: 0, currency: 'CHF' as const },
        total,
        paid: { amount: 0, currency: 'CHF' as const },
        credited: { amount: 0, currency: 'CHF' as const },
        refunded: { amount: 0, currency: 'CHF' as const },
        vatTotals: [],
        open: { amount: debt.open, currency: 'CHF' as const },
        reserved: { amount: 0, currency: 'CHF' as const },
        heldUntil: null,
        reference: '210000000003139471430009017',
        orderId: debt.orderId ?? null,
        proFormaId: null,
        proFormaNumber: null,
        invoiceId: null,
        invoiceNumber: null,
        correction: null,
        lines: [],
        buyer: {
          name: 'Alpine Rescue',
          street: 'Rue du Rhône',
          buildingNumber: '12',
          postalCode: '1204',
          town: 'Genève',
          country: 'CH',
          vatNumber: null,
          buyerReference: null,
          purchaseOrder: null,
          peppolId: null,
          mailboxes: [],
          delivery: 'mail_with_pdf' as const,
          language: null,
        },
      },
    };
  });
});
afterAll(async () => {
  await test.stop();
  await smtp.stop();
});
beforeEach(() => {
  smtp.reset();
  people = [anna, ben];
});

function createOrganization(): `org_${string}` {
  const organizationId = newId('org', new Date());
  test.stubbedSnapshots.people.set(
    organizationId,
    [anna, ben].map(({ accountId, role, flags, isBlocked }, index) => ({
      accountId,
      memberId: `mem_01je5nryg0fgz9y05x3mqpmjr${index}` as const,
      role,
      flags,
      isBlocked,
    })),
  );
  return organizationId;
}
const waitForMails = (count: number) => test.until(async () => inbox.length >= count && inbox, `${count} mails`);
const messagesOf = (organizationId: `org_${string}`) =>
  readPages(5, (page) => test.call(listMessages, { organizationId, ...page }, { account: anna.accountId }));
const untilIdle = () => waitUntilIdle(test);
const numberIn = (mail: Email): string => /R-\d{4}-\d{4}-\d{2}/.exec(mail.text!)![0];
const dayAfter = (days: number): string =>
  new Date(test.process.clock.now().getTime() + days * 86_400_000).toISOString().slice(0, 10);

/** Publishes the event about an unpaid invoice of CHF 116.75. */
const issueInvoice = (
  organizationId: `org_${string}`,
  documentId: `inv_${string}`,
  { dueOn = dayAfter(0), heldUntil = null }: { dueOn?: string; heldUntil?: string | null } = {},
): Promise<unknown> =>
  test.publishEvent(invoiceIssued, {
    organizationId,
    documentId,
    currency: 'CHF',
    total,
    isPaid: false,
    dueOn,
    heldUntil,
    interval: 'yearly',
    productIds: [],
  });

describe('mails', () => {
  it('confirm a sign-up in the language of the person, are marked as automatic and are not stored', async () => {
    await test.publishEvent(signUpRequested, { signUpId: newId('sgn', new Date()) });
    const [first] = await waitForMails(1);
    expect(first!.to).toBe('new@example.ch');
    expect(first!.mail.subject).toBe('Confermi il suo indirizzo');
    expect(first!.mail.text).toContain('https://console.example/confirm?token=tok-en');
    expect(first!.mail.text).toMatch(/^Buongiorno,/);
    expect(first!.mail.headers).toContainEqual(
      expect.objectContaining({ key: 'auto-submitted', value: 'auto-generated' }),
    );
    expect(first!.mail.attachments).toEqual([]);
    await untilIdle();
    expect(await test.rows(`select mail from message where kind = 'sign_up_confirmation'`)).toEqual([{ mail: null }]);
  });

  it('about a payment to prepaid name the document of the payment and the amount that is still open', async () => {
    const organizationId = createOrganization();
    const credit = (documentId: `inv_${string}` | null) =>
      test.publishEvent(prepaidCredited, {
        ...prepaidCredited.example,
        organizationId,
        bookingId: newId('bkg', new Date()),
        amount: { amount: 5_000, currency: 'CHF' },
        reason: documentId ? 'amount_too_low' : 'standing_order',
        documentId,
      });
    await credit(newId('inv', new Date()));
    const [first] = await waitForMails(1);
    expect(first!.mail.text).toMatch(/50[.,]00/);
    expect(first!.mail.text).toContain('INV-2026-000007');
    expect(first!.mail.text).toMatch(/116[.,]75/);
    expect(first!.mail.text).toContain('31.01.2026');
    expect(first!.mail.text).toContain('210000000003139471430009017');
    await untilIdle();
    const count = inbox.length;
    await credit(null);
    const mails = await waitForMails(count + 1);
    expect(mails.at(-1)!.mail.text).not.toContain('INV-2026-000007');
  });

  it.each([
    ['the account or the reference when prepaid covers the amount', true, 'aus dem Guthaben oder mit der Referenz'],
    ['the reference only when prepaid does not cover it', false, 'Bezahlen Sie diesen Betrag mit der Referenz'],
  ])('about a payment to prepaid ask to pay with %s (REM-0)', async (_, isCovered, expected) => {
    const documentId = newId('inv', new Date());
    debts.set(documentId, { open: 11_675, paymentsKnownUntil: null, isCovered });
    await test.publishEvent(prepaidCredited, {
      ...prepaidCredited.example,
      organizationId: createOrganization(),
      bookingId: newId('bkg', new Date()),
      amount: { amount: 5_000, currency: 'EUR' },
      currency: 'EUR',
      reason: 'wrong_currency',
      documentId,
    });
    const [first] = await waitForMails(1);
    expect(first!.mail.text!.replaceAll(/\s+/g, ' ')).toContain(expected);
    expect(first!.mail.text!.match(/Bezahlen Sie diesen Betrag/g)).toHaveLength(1);
  });

  it.each([
    ['an order thanks for the order', newId('ord', new Date()), 'Vielen Dank für Ihre Bestellung'],
    ['a renewal names the renewal', null, 'für die Erneuerung Ihrer Produkte'],
  ])('about a pro forma for %s (REM-0)', async (_, orderId, expected) => {
    const documentId = newId('pfm', new Date());
    debts.set(documentId, { open: 11_675, paymentsKnownUntil: null, orderId });
    await test.publishEvent(proFormaIssued, {
      ...proFormaIssued.example,
      organizationId: createOrganization(),
      documentId,
      orderId,
    });
    const [first] = await waitForMails(1);
    expect(first!.mail.text).toContain(expected);
    expect(first!.mail.text!.match(/INV-2026-000007 (unter|für)/g)).toHaveLength(1);
  });

  it('about a part payment name the invoice, the payment and the amount that is still open (PAY-3)', async () => {
    await test.publishEvent(invoicePartPaid, {
      ...invoicePartPaid.example,
      organizationId: createOrganization(),
      documentId: newId('inv', new Date()),
      amount: { amount: 5_000, currency: 'CHF' },
    });
    const [first] = await waitForMails(1);
    expect(first!.mail.text).toContain('INV-2026-000007');
    expect(first!.mail.text).toMatch(/50[.,]00/);
    expect(first!.mail.text).toMatch(/116[.,]75/);
    expect(first!.mail.text).toContain('10.02.2026');
    expect(first!.mail.text).toContain('210000000003139471430009017');
  });

  it('are sent for each part payment of an invoice, with the amount that was received', async () => {
    const payment = {
      ...invoicePartPaid.example,
      organizationId: createOrganization(),
      documentId: newId('inv', new Date()),
    };
    await test.publishEvent(invoicePartPaid, { ...payment, amount: { amount: 5_000, currency: 'CHF' } });
    await waitForMails(1);
    const shortfall = {
      amount: { amount: 20, currency: 'CHF' as const },
      vat: { amount: 1, currency: 'CHF' as const },
    };
    await test.publishEvent(invoicePartPaid, { ...payment, amount: { amount: 3_020, currency: 'CHF' }, shortfall });
    const hasMailWith = (amount: RegExp) => inbox.some(({ mail }) => amount.test(mail.text!));
    await test.until(async () => hasMailWith(/30[.,]00/), 'the mail about the second payment');
    expect(hasMailWith(/30[.,]20/)).toBe(false);
  });

  it.each([true, false])(
    'invite without free text in the subject and without links of the sender; bound to the address: %s',
    async (isBound) => {
      isInvitationBound = isBound;
      await test.publishEvent(invitationSent, {
        organizationId: createOrganization(),
        invitationId: newId('ivt', new Date()),
        generation: 1,
      });
      const [first] = await waitForMails(1);
      const { subject, text, html } = first!.mail;
      expect(subject).toBe('You are invited to an organization');
      expect(text).toContain('anna@example.ch invites you to an organization. Your role: external.');
      expect(text).toContain('Name of the organization: You & I have won i https evil example prize\n');
      expect(html).toContain('You &#38; I have won');
      expect(text!.match(/https?:[^\s]+/g)).toEqual(['https://console.example/invitation?token=invite-token']);
      expect(text!.includes('The invitation is for the address guest@example.ch only.')).toBe(isBound);
    },
  );

  it('report a role change once, despite repeated events, and no change to the same role (C-ROL-11)', async () => {
    const organizationId = createOrganization();
    const change = {
      organizationId,
      memberId: newId('mem', new Date()),
      accountId: ben.accountId,
      before: { role: 'administrator' as const, flags: [], isBlocked: false },
      after: { role: 'collaborator' as const, flags: [], isBlocked: false },
    };
    await test.publishEvent(memberChanged, change, { actorId: anna.accountId });
    await test.publishEvent(memberChanged, change, { actorId: anna.accountId, sequence: 1 });
    await test.publishEvent(memberChanged, { ...change, after: change.before }, { actorId: anna.accountId });
    await untilIdle();
    expect(inbox.map(({ to, mail }) => [to, mail.subject])).toEqual([
      [ben.email, 'Votre rôle chez Alpine Rescue a changé'],
    ]);
    expect(inbox[0]!.mail.text).toContain('Avant : administrateur. Maintenant : collaborateur.');
  });
});

describe('a mail that reminders are on again', () => {
  const publishSwitchedOn = (organizationId: `org_${string}`) => {
    const representative = { role: 'legal_representative' as const, isBlocked: false };
    return test.publishEvent(
      memberChanged,
      {
        organizationId,
        memberId: newId('mem', new Date()),
        accountId: anna.accountId,
        before: { ...representative, flags: [] },
        after: { ...representative, flags: ['reminders.email'] },
      },
      { actorId: carla.accountId },
    );
  };

  it('is sent to a person who became the only legal representative (ROL-5, C-ROL-12)', async () => {
    await publishSwitchedOn(createOrganization());
    await waitForMails(1);
    await untilIdle();
    expect(inbox.map(({ to, mail }) => [to, mail.subject])).toEqual([
      [anna.email, 'Ihre Erinnerungen für Alpine Rescue sind wieder eingeschaltet'],
    ]);
  });

  it('is not sent when there is a second legal representative', async () => {
    people = [anna, ben, carla];
    const organizationId = createOrganization();
    await publishSwitchedOn(organizationId);
    await untilIdle();
    expect(inbox).toEqual([]);
    expect(await messagesOf(organizationId)).toMatchObject([
      {
        id: expect.stringMatching(/^rem_/),
        kind: 'reminders_switched_on',
        status: 'dropped',
        reason: 'there is another legal representative',
      },
    ]);
  });
});

describe('a reminder', () => {
  it('shows the document only with permission; its number is verified as genuine (REM-1, C-ROL-13)', async () => {
    const organizationId = createOrganization();
    const invoiceId = newId('inv', new Date());
    await test.publishEvent(warrantyTriggered, {
      organizationId,
      productId: newId('prd', new Date()),
      name: 'alpine.example',
      type: 'web_hosting',
      interval: 'yearly',
      periodStart: dayAfter(0),
      periodEnd: dayAfter(365),
      invoiceId,
      heldUntil: dayAfter(280),
    });
    test.moveClockTo(`${dayAfter(0)}T23:00:00.000Z`);
    await waitForMails(2);
    await untilIdle();
    const [toAnna, toBen] = [anna, ben].map(({ email }) => inbox.find(({ to }) => to === email)!.mail);
    expect(toAnna!.text).toContain('INV-2026-000007');
    expect(toAnna!.text).toContain('CH4431999123000889012');
    expect(toBen!.text).not.toContain('INV-2026-000007');
    expect(toBen!.text).not.toContain('CH4431999123000889012');

    const number = numberIn(toAnna!);
    const verify = (account: `acc_${string}`, typed = number) =>
      test.call(verifyReminder, { organizationId, number: typed }, { account });
    expect(await verify(anna.accountId)).toMatchObject({
      isGenuine: true,
      documentNumber: 'INV-2026-000007',
      recipient: anna.email,
      amount: total,
      iban: 'CH4431999123000889012',
      reference: '210000000003139471430009017',
    });
    expect(await verify(ben.accountId)).toEqual({
      isGenuine: true,
      kind: 'warranty_notice',
      documentNumber: null,
      recipient: null,
      sentAt: null,
      amount: null,
      dueOn: null,
      iban: null,
      reference: null,
    });
    // A token without the scope for documents cannot read them for its person.
    const limits = (...scopes: string[]) => ({ organizationId, scopes: ['reminder:verify', ...scopes] });
    const withToken = (...scopes: string[]) =>
      test.call(verifyReminder, { organizationId, number }, { account: anna.accountId, limits: limits(...scopes) });
    expect([await withToken(), await withToken('document:read')]).toMatchObject([
      { isGenuine: true, documentNumber: null },
      { isGenuine: true, documentNumber: 'INV-2026-000007' },
    ]);
    expect(await verify(anna.accountId, 'R-0000-0000-00')).toMatchObject({ isGenuine: false });
    expect(
      await test.call(verifyReminder, { organizationId: createOrganization(), number }, { account: anna.accountId }),
    ).toMatchObject({ isGenuine: false });
    expect(await test.call(verifyReminderAsStaff, { number: number.toLowerCase() }, { staff: anna.accountId })).toEqual(
      { isGenuine: true },
    );
  });

  it('of an open invoice is not sent after payment, even when its message is queued (C-REM-01, C-REM-07)', async () => {
    const organizationId = createOrganization();
    const documentId = newId('inv', new Date());
    debts.set(documentId, { open: 11_675, paymentsKnownUntil: `${dayAfter(2)}T00:00:00.000Z` });
    await issueInvoice(organizationId, documentId);
    smtp.reject = () => ({ responseCode: 451, message: 'try again later' });
    test.moveClockTo(`${dayAfter(5)}T12:00:00.000Z`);
    debts.set(documentId, { open: 11_675, paymentsKnownUntil: test.process.clock.now().toISOString() });
    await test.until(
      async () =>
        (
          await test.rows(`select 1 from message where subject_id = $1 and status = 'queued' and attempts > 0`, [
            documentId,
          ])
        ).length > 0,
      'a deferred reminder',
    );
    await test.publishEvent(invoicePaid, {
      organizationId,
      documentId,
      currency: 'CHF',
      paidOn: dayAfter(0),
      method: 'bank_transfer',
      productIds: [],
    });
    debts.set(documentId, { open: 0, paymentsKnownUntil: null });
    // The mail server must reject a delivery that is in progress before it accepts mails again.
    await untilIdle();
    smtp.reject = () => undefined;
    test.moveClockTo(`${dayAfter(20)}T12:00:00.000Z`);
    await untilIdle();
    expect(inbox.map(({ mail }) => mail.subject).filter((subject) => /Erinnerung|Rappel/.test(subject!))).toEqual([]);
    expect(
      (await messagesOf(organizationId))
        .filter(({ kind }) => kind.startsWith('invoice_'))
        .map(({ status, reason }) => `${status} ${reason}`),
    ).toEqual(expect.arrayContaining(['dropped paid']));
  });

  it('waits while payments are unknown or prepaid pays; then the newest level is sent (REM-2, RMD-2)', async () => {
    const organizationId = createOrganization();
    const documentId = newId('inv', new Date());
    debts.set(documentId, { open: 11_675, paymentsKnownUntil: null });
    await issueInvoice(organizationId, documentId);
    test.moveClockTo(`${dayAfter(3)}T12:00:00.000Z`);
    await untilIdle();
    debts.set(documentId, {
      open: 11_675,
      paymentsKnownUntil: test.process.clock.now().toISOString(),
      isCovered: true,
    });
    test.moveClockTo(`${dayAfter(1)}T12:00:00.000Z`);
    await untilIdle();
    expect(inbox).toEqual([]);
    test.moveClockTo(`${dayAfter(30)}T12:00:00.000Z`);
    debts.set(documentId, { open: 11_675, paymentsKnownUntil: test.process.clock.now().toISOString() });
    test.moveClockTo(`${dayAfter(1)}T12:00:00.000Z`);
    await waitForMails(2);
    await untilIdle();
    expect(new Set(inbox.map(({ mail }) => mail.subject))).toEqual(
      new Set([
        'Letzte Erinnerung: INV-2026-000007 ist offen',
        'Dernier rappel : une facture de l’organisation Alpine Rescue reste à payer',
      ]),
    );
  });

  it('of a held invoice is not planned, because the invoice gets only warranty notices (WAR-3)', async () => {
    const organizationId = createOrganization();
    await issueInvoice(organizationId, newId('inv', new Date()), { dueOn: dayAfter(30), heldUntil: dayAfter(280) });
    expect(await listPlannedReminders(organizationId)).toEqual([]);
  });

  const listPlannedReminders = async (organizationId: `org_${string}`) =>
    (await messagesOf(organizationId))
      .filter(({ status, kind }) => status === 'planned' && kind !== 'document_delivery')
      .map(({ kind, level }) => `${kind} ${level}`);
  const publishReopened = (organizationId: `org_${string}`, documentId: `inv_${string}`, heldUntil: string | null) =>
    test.publishEvent(invoiceReopened, {
      organizationId,
      documentId,
      currency: 'CHF',
      open: total,
      dueOn: dayAfter(0),
      heldUntil,
      interval: 'monthly',
      productIds: [],
    });
  const publishPaid = (organizationId: `org_${string}`, documentId: `inv_${string}`) =>
    test.publishEvent(invoicePaid, {
      organizationId,
      documentId,
      currency: 'CHF',
      paidOn: dayAfter(0),
      method: 'bank_transfer',
      productIds: [],
    });

  it('of a reopened held invoice continues with the newest missed warranty notice (WAR-3)', async () => {
    const organizationId = createOrganization();
    const invoiceId = newId('inv', new Date());
    const heldUntil = dayAfter(280);
    await test.publishEvent(warrantyTriggered, {
      organizationId,
      productId: newId('prd', new Date()),
      name: 'alpine.example',
      type: 'web_hosting',
      interval: 'yearly',
      periodStart: dayAfter(0),
      periodEnd: dayAfter(365),
      invoiceId,
      heldUntil,
    });
    test.moveClockTo(`${dayAfter(1)}T12:00:00.000Z`);
    await waitForMails(2);
    await publishPaid(organizationId, invoiceId);
    await untilIdle();
    expect(await listPlannedReminders(organizationId)).toEqual([]);
    // The notices of day 30 and day 120 become due while the invoice is paid.
    test.moveClockTo(`${dayAfter(124)}T12:00:00.000Z`);
    inbox.length = 0;
    await publishReopened(organizationId, invoiceId, heldUntil);
    expect(await listPlannedReminders(organizationId)).toEqual(
      [275, 266, 250, 210, 120, 30].map((day) => `warranty_notice day ${day}`),
    );
    await untilIdle();
    expect(inbox).toEqual([]);
    debts.set(invoiceId, { open: 11_675, paymentsKnownUntil: `${dayAfter(1)}T00:00:00.000Z` });
    test.moveClockTo(`${dayAfter(1)}T12:00:00.000Z`);
    await waitForMails(2);
    await untilIdle();
    expect(
      (await messagesOf(organizationId))
        .filter(({ kind, status }) => kind === 'warranty_notice' && status === 'sent')
        .map(({ level }) => level)
        .sort(),
      // Each notice has two recipients.
    ).toEqual(['day 0', 'day 0', 'day 120', 'day 120']);
    expect(await listPlannedReminders(organizationId)).toEqual(
      [275, 266, 250, 210].map((day) => `warranty_notice day ${day}`),
    );
  });

  it.each<[string, () => string | null]>([
    ['never held', () => null],
    ['not held any more', () => dayAfter(-1)],
  ])('of a reopened invoice that was %s is planned with the levels of its interval', async (_, heldUntil) => {
    const organizationId = createOrganization();
    await publishReopened(organizationId, newId('inv', new Date()), heldUntil());
    // The two levels may be due on the same bank day, so the test sorts them.
    expect((await listPlannedReminders(organizationId)).sort()).toEqual([
      'invoice_final_reminder D+3',
      'invoice_reminder D+1',
    ]);
  });

  it('that was dropped for a paid debt stays dropped when the invoice is issued again', async () => {
    const organizationId = createOrganization();
    const documentId = newId('inv', new Date());
    const publishIssued = () => issueInvoice(organizationId, documentId);
    await publishIssued();
    await publishPaid(organizationId, documentId);
    await publishIssued();
    await untilIdle();
    expect(await listPlannedReminders(organizationId)).toEqual([]);
  });

  it.each([
    ['credited in full', 0, false],
    ['credited in part', 1_675, true],
  ])('of an invoice that is %s, with an open amount of %s cents, is planned: %s', async (_, open, isPlanned) => {
    const organizationId = createOrganization();
    const documentId = newId('inv', new Date());
    await issueInvoice(organizationId, documentId);
    await test.publishEvent(invoiceCredited, {
      ...invoiceCredited.example,
      organizationId,
      documentId,
      open: { amount: open, currency: 'CHF' },
    });
    expect((await listPlannedReminders(organizationId)).length > 0).toBe(isPlanned);
  });

  it('of an invoice that is written off is dropped', async () => {
    const organizationId = createOrganization();
    const documentId = newId('inv', new Date());
    await issueInvoice(organizationId, documentId);
    await test.publishEvent(invoiceWrittenOff, { ...invoiceWrittenOff.example, organizationId, documentId });
    expect(await listPlannedReminders(organizationId)).toEqual([]);
  });

  it('is sent once, and fails for an address that the mail server rejects permanently', async () => {
    const organizationId = createOrganization();
    smtp.reject = (to) => (to === ben.email ? { responseCode: 550, message: 'no such mailbox' } : undefined);
    await test.publishEvent(proFormaIssued, {
      organizationId,
      documentId: newId('pfm', new Date()),
      currency: 'CHF',
      orderId: newId('ord', new Date()),
      validUntil: dayAfter(30),
    });
    const period = {
      organizationId,
      productId: newId('prd', new Date()),
      name: 'alpine.example',
      type: 'web_hosting',
      interval: 'yearly' as const,
      periodStart: dayAfter(-300),
      periodEnd: dayAfter(40),
    };
    await test.publishEvent(periodStarted, { ...period, how: 'ordered', invoiceId: null, isAutomatic: true });
    test.moveClockTo(`${dayAfter(11)}T12:00:00.000Z`);
    await untilIdle();
    const subjects = inbox.map(({ to, mail }) => `${to} ${mail.subject}`).sort();
    expect(subjects).toEqual([
      `${anna.email} Pro-forma INV-2026-000007 von Alpine Rescue`,
      `${anna.email} alpine.example wird automatisch erneuert`,
    ]);
    expect((await messagesOf(organizationId)).filter(({ status }) => status === 'failed')).toMatchObject([
      { kind: 'automatic_renewal_notice', reason: expect.stringContaining('no such mailbox') },
    ]);
  });
});

describe('renewal notices', () => {
  it('follow the renewal mode of the product', async () => {
    const organizationId = createOrganization();
    const period = {
      organizationId,
      productId: newId('prd', new Date()),
      name: 'alpine.example',
      type: 'web_hosting',
      interval: 'yearly' as const,
      periodStart: dayAfter(0),
      periodEnd: dayAfter(365),
    };
    const listPlannedNotices = async () =>
      (await messagesOf(organizationId))
        .filter(({ status }) => status === 'planned')
        .map(({ kind, level }) => `${kind} ${level}`);
    await test.publishEvent(periodStarted, { ...period, how: 'ordered', invoiceId: null, isAutomatic: true });
    expect(await listPlannedNotices()).toEqual(['automatic_renewal_notice D-30']);
    await test.publishEvent(automaticRenewalSwitched, { ...period, isOn: false });
    expect(await listPlannedNotices()).toEqual(
      ['D-1', 'D-7', 'D-14', 'D-30', 'D-60'].map((level) => `renewal_notice ${level}`),
    );
  });

  it('are planned again when automatic renewal is switched off and on (REN-2), and are sent at most once', async () => {
    const organizationId = createOrganization();
    const period = {
      organizationId,
      productId: newId('prd', new Date()),
      name: 'alpine.example',
      type: 'web_hosting',
      interval: 'yearly' as const,
      periodStart: dayAfter(-300),
      periodEnd: dayAfter(61),
    };
    // Queued messages are also listed as planned, so the prefix of the id selects the reminders.
    const listPlannedNotices = async () =>
      (await messagesOf(organizationId))
        .filter(({ status, id }) => status === 'planned' && id.startsWith('rem_'))
        .map(({ kind, level }) => `${kind} ${level}`);
    const manualNotices = (...days: number[]) => days.map((day) => `renewal_notice D${day}`);
    await test.publishEvent(periodStarted, { ...period, how: 'ordered', invoiceId: null, isAutomatic: false });
    for (const isOn of [true, false, true, false]) {
      await test.publishEvent(automaticRenewalSwitched, { ...period, isOn });
      expect(await listPlannedNotices()).toEqual(
        isOn ? ['automatic_renewal_notice D-30'] : manualNotices(-1, -7, -14, -30, -60),
      );
    }
    // At this time, the notice of this day is not yet due, because notices are sent at 08:00.
    test.moveClockTo(`${dayAfter(1)}T04:00:00.000Z`);
    await test.publishEvent(automaticRenewalSwitched, { ...period, isOn: true });
    await test.publishEvent(automaticRenewalSwitched, { ...period, isOn: false });
    test.moveClockTo(`${dayAfter(0)}T12:00:00.000Z`);
    await waitForMails(2);
    await test.publishEvent(automaticRenewalSwitched, { ...period, isOn: true });
    await test.publishEvent(automaticRenewalSwitched, { ...period, isOn: false });
    await untilIdle();
    expect(await listPlannedNotices()).toEqual(manualNotices(-1, -7, -14, -30));
    expect(inbox.map(({ to }) => to).sort()).toEqual([anna.email, ben.email]);
  });

  it('explain why a product could not be charged', async () => {
    const today = dayAfter(0);
    const failure = {
      organizationId: createOrganization(),
      productId: newId('prd', new Date()),
      name: 'alpine.example',
      type: 'web_hosting',
      interval: 'yearly' as const,
      periodStart: dayAfter(-355),
      periodEnd: dayAfter(10),
      attemptOn: today,
      nextAttemptOn: null,
    };
    await test.publishEvent(automaticRenewalFailed, { ...failure, reason: 'ADDRESS_MISSING', amount: null });
    await test.publishEvent(automaticRenewalFailed, {
      ...failure,
      productId: newId('prd', new Date()),
      reason: 'prepaid_insufficient',
      amount: total,
    });
    // Two people get a mail about each of the two failures.
    await waitForMails(4);
    const [withoutAddress, withoutMoney] = [/keine Rechnungsadresse/, /aus dem Guthaben/].map((words) =>
      inbox.filter(({ to, mail }) => to === anna.email && words.test(mail.text!)),
    );
    expect([withoutAddress!.length, withoutMoney!.length]).toEqual([1, 1]);
    expect(withoutAddress![0]!.mail.text).not.toContain('ADDRESS_MISSING');
  });
});
