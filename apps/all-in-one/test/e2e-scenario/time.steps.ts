import assert from 'node:assert/strict';
import { addDays } from '@cordee/calendar/local-date';
import { fetchDocument, formatFrancs, importBankFile, PREPAID_REMAINDER } from './buying.steps.ts';
import type { Scenario } from './scenario.ts';

interface Renewal {
  productId: string;
  dueOn: string;
  nextAttemptOn: string | null;
  openPeriods: number;
  isWarranted: boolean;
}

async function fetchRenewal(scenario: Scenario, type: string): Promise<Renewal> {
  const { body } = await scenario.api.get<{ data: Renewal[] }>(scenario.organizationPath('/renewals?within=all'), {
    token: scenario.person('anna').token,
  });
  return body.data.find(({ productId }) => productId === scenario.result(type))!;
}

export async function automaticRenewalPays(scenario: Scenario): Promise<void> {
  const before = await scenario.waitFor('the renewals', async () => fetchRenewal(scenario, 'web_hosting'));
  assert.equal(before.nextAttemptOn, addDays(before.dueOn, -14));
  scenario.results.set('due', before.dueOn);
  await scenario.moveClockTo(`${before.nextAttemptOn}T09:00:00.000Z`);
  const after = await scenario.waitFor('the renewal of the hosting', async () => {
    const renewal = await fetchRenewal(scenario, 'web_hosting');
    return renewal.dueOn > before.dueOn && renewal;
  });
  const { body } = await scenario.api.get<{ balances: { amount: number }[] }>(scenario.organizationPath('/prepaid'), {
    token: scenario.person('anna').token,
  });
  assert.deepEqual(body.balances, [{ amount: PREPAID_REMAINDER, currency: 'CHF' }]);
  scenario.print(
    `on ${before.nextAttemptOn} prepaid paid the renewal of the hosting to ${after.dueOn}; ` +
      `${formatFrancs(PREPAID_REMAINDER)} is left`,
  );
}

export async function warrantyRenewsOnCredit(scenario: Scenario): Promise<void> {
  const due = scenario.result('due');
  await scenario.moveClockTo(`${due}T09:00:00.000Z`);
  const drive = await scenario.waitFor('the renewal of the drive on credit', async () => {
    const renewal = await fetchRenewal(scenario, 'drive');
    return renewal.openPeriods === 1 && renewal;
  });
  const { body } = await scenario.api.get<{ data: { id: string; status: string; heldUntil: string | null }[] }>(
    scenario.organizationPath('/documents?kind=invoice&status=open'),
    { token: scenario.person('anna').token },
  );
  assert.equal(body.data.length, 1);
  const invoice = await fetchDocument(scenario, body.data[0]!.id);
  assert.deepEqual(
    [invoice.heldUntil, invoice.open.amount > 0, invoice.lines.map(({ productId }) => productId)],
    [addDays(due, 280), true, [scenario.result('drive')]],
  );
  scenario.results.set('open invoice', invoice.id);
  scenario.results.set('open invoice number', invoice.number);
  scenario.print(`on ${due} renewal warranty renewed the unpaid drive to ${drive.dueOn}`);
  scenario.print(
    `${invoice.number} over ${formatFrancs(invoice.open.amount)} is open and held until ${invoice.heldUntil}`,
  );
}

export async function remindersArrive(scenario: Scenario): Promise<void> {
  const { email, token } = scenario.person('anna');
  const mail = await scenario.waitForMail(email, /was renewed on credit/);
  assert.match(mail.text, new RegExp(scenario.result('open invoice number')));
  const number = /R-\d{4}-\d{4}-\d{2}/.exec(mail.text)![0];
  const { body } = await scenario.api.get<{ isGenuine: boolean; documentNumber: string; iban: string }>(
    scenario.organizationPath(`/reminders/${number}/verification`),
    { token },
  );
  assert.deepEqual([body.isGenuine, body.documentNumber], [true, scenario.result('open invoice number')]);
  const forged = await scenario.api.get<{ isGenuine: boolean }>(
    scenario.organizationPath('/reminders/R-0000-0000-00/verification'),
    { token },
  );
  assert.equal(forged.body.isGenuine, false);
  scenario.print(`"${mail.subject}": number ${number} is genuine, for ${body.documentNumber}`);
  scenario.print('an invented number is not genuine');
}

/**
 * Moves the clock to 30 days after the renewal on credit, the day of the next reminder, and imports a new bank file
 * without a matching payment. Until this import, the reminder is postponed by an hour at each attempt, because the debt
 * may be paid already. The second move of the clock makes a postponed reminder due.
 */
export async function nextReminderIsSent(scenario: Scenario): Promise<void> {
  await scenario.moveClockTo(`${addDays(scenario.result('due'), 30)}T09:00:00.000Z`);
  const payment = { messageId: 'MSG-3', reference: '', amount: 100, transaction: 'TX-3' };
  await importBankFile(scenario, payment).catch(() => undefined);
  await scenario.moveClockTo(`${addDays(scenario.result('due'), 30)}T11:30:00.000Z`);
  const { email } = scenario.person('anna');
  await scenario.waitFor(
    'the second notice',
    async () => (await scenario.countMails(email, /was renewed on credit/)) === 2,
  );
  scenario.print('thirty days later the second notice was sent, once');
}
