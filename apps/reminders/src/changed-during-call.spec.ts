import { verifyReminder, verifyReminderAsStaff } from '@cordee/contracts/reminders/message';
import { testChangedObjects, type TestCase } from '@cordee/testing/test-changed-objects';
import { uuid, type Caller } from '@cordee/testing/test-service';
import { afterAll, beforeAll } from '@jest/globals';
import { id, RemindersFixture } from '../test/reminders.fixture.ts';
import { newReminderNumber } from './verification/reminder-number.ts';

let fixture: RemindersFixture;
beforeAll(async () => {
  fixture = await RemindersFixture.start();
});
afterAll(async () => {
  await fixture.test.stop();
  await fixture.smtp.stop();
});

/**
 * Returns the test case of a call that verifies a message, which is deleted during the call. The answer is then
 * `isGenuine: false`.
 */
const deletedMessageCase = (as?: Caller) => async (): Promise<TestCase> => {
  const { organizationId } = fixture.createOrganization();
  const number = newReminderNumber();
  await fixture.test.rows(
    `insert into message (organization_id, id, reminder_id, number, kind, subject_id, level, channel, address, mail,
       document_fields, status, next_try_at, created_at, sent_at)
     values ($1, gen_random_uuid(), gen_random_uuid(), $2, 'receipt', 'x', 'now', 'mail', 'anna@example.ch', '{}', '{}',
       'sent', now(), now(), now())`,
    [uuid(organizationId), number],
  );
  const make = (): Promise<unknown> => fixture.test.rows(`delete from message where number = $1`, [number]);
  return {
    input: as ? { number } : { organizationId, number },
    as: as ?? { account: fixture.anna.accountId },
    changes: { 'the message is deleted': { make, code: 'ok' } },
  };
};

testChangedObjects('reminders', () => fixture.test, [
  [verifyReminder, deletedMessageCase()],
  [verifyReminderAsStaff, deletedMessageCase({ staff: id('acc') })],
]);
