import assert from 'node:assert/strict';
import { addDays } from '@cordee/calendar/local-date';
import { bankFile, document, francs } from './buying.steps.ts';
import type { Story } from './scenario.ts';

interface Renewal {
  productId: string;
  dueOn: string;
  nextAttemptOn: string | null;
  openPeriods: number;
  isWarranted: boolean;
}

async function renewal(story: Story, type: string): Promise<Renewal> {
  const { body } = await story.api.get<{ data: Renewal[] }>(story.inOrganization('/renewals?within=all'), {
    token: story.person('anna').token,
  });
  return body.data.find(({ productId }) => productId === story.get(type))!;
}

export async function automaticRenewalPays(story: Story): Promise<void> {
  const before = await story.until('the renewals', async () => renewal(story, 'web_hosting'));
  assert.equal(before.nextAttemptOn, addDays(before.dueOn, -14));
  story.known.set('due', before.dueOn);
  await story.moveClockTo(`${before.nextAttemptOn}T09:00:00.000Z`);
  const after = await story.until('the renewal of the hosting', async () => {
    const now = await renewal(story, 'web_hosting');
    return now.dueOn > before.dueOn && now;
  });
  const { body } = await story.api.get<{ balances: { amount: number }[] }>(story.inOrganization('/prepaid'), {
    token: story.person('anna').token,
  });
  assert.deepEqual(body.balances, [{ amount: 100, currency: 'CHF' }]);
  story.say(
    `on ${before.nextAttemptOn} the hosting was renewed to ${after.dueOn} from prepaid; ${francs(100)} are left`,
  );
}

export async function warrantyRenewsOnCredit(story: Story): Promise<void> {
  const due = story.get('due');
  await story.moveClockTo(`${due}T09:00:00.000Z`);
  const drive = await story.until('the renewal of the drive on credit', async () => {
    const now = await renewal(story, 'drive');
    return now.openPeriods === 1 && now;
  });
  const { body } = await story.api.get<{ data: { id: string; status: string; heldUntil: string | null }[] }>(
    story.inOrganization('/documents?kind=invoice&status=open'),
    { token: story.person('anna').token },
  );
  assert.equal(body.data.length, 1);
  const invoice = await document(story, body.data[0]!.id);
  assert.deepEqual(
    [invoice.heldUntil, invoice.open.amount > 0, invoice.lines.map(({ productId }) => productId)],
    [addDays(due, 280), true, [story.get('drive')]],
  );
  story.known.set('open invoice', invoice.id);
  story.known.set('open invoice number', invoice.number);
  story.say(
    `nobody paid for the drive: on ${due} renewal warranty renewed it to ${drive.dueOn}; ${invoice.number} over ${francs(invoice.open.amount)} is open and held until ${invoice.heldUntil}`,
  );
}

export async function remindersArrive(story: Story): Promise<void> {
  const { email, token } = story.person('anna');
  const mail = await story.mail(email, /was renewed on credit/);
  assert.match(mail.text, new RegExp(story.get('open invoice number')));
  const number = /R-\d{4}-\d{4}-\d{2}/.exec(mail.text)![0];
  const { body } = await story.api.get<{ isGenuine: boolean; documentNumber: string; iban: string }>(
    story.inOrganization(`/reminders/${number}/verification`),
    { token },
  );
  assert.deepEqual([body.isGenuine, body.documentNumber], [true, story.get('open invoice number')]);
  const forged = await story.api.get<{ isGenuine: boolean }>(
    story.inOrganization('/reminders/R-0000-0000-00/verification'),
    { token },
  );
  assert.equal(forged.body.isGenuine, false);
  story.say(`"${mail.subject}": number ${number} is genuine, for ${body.documentNumber}; a made-up number is not`);
}

/** Thirty days later, after a bank file that knows of no payment: the next step of the ladder. */
export async function nextReminderFollows(story: Story): Promise<void> {
  await story.moveClockTo(`${addDays(story.get('due'), 30)}T09:00:00.000Z`);
  await bankFile(story, 'MSG-3', '', 100, 'TX-3').catch(() => undefined);
  await story.moveClockTo(`${addDays(story.get('due'), 30)}T11:30:00.000Z`);
  const { email } = story.person('anna');
  await story.until('the second notice', async () => (await story.countMails(email, /was renewed on credit/)) === 2);
  story.say('thirty days later the second notice came, once');
}
