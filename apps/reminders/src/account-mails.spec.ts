import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { passwordGuessingDetected } from '@cordee/contracts/identity/account';
import { getPasswordResetMail, passwordChanged, passwordResetRequested } from '@cordee/contracts/identity/password';
import { DomainError } from '@cordee/contracts/domain-error';
import type { Locale } from '@cordee/contracts/values';
import { id, RemindersFixture } from '../test/reminders.fixture.ts';

const AT = '2026-11-22T22:30:15.000Z';
const locales: Locale[] = ['de', 'en', 'es', 'fr', 'it'];

let fixture: RemindersFixture;
const owner = { email: 'owner@example.ch', name: 'Anna Keller' };
beforeAll(async () => {
  fixture = await RemindersFixture.start();
});
afterAll(() => fixture.stop());
beforeEach(() => {
  fixture.smtp.reset();
  fixture.recipient = { ...owner, locale: 'en' };
});

describe('the mail about guessed passwords', () => {
  const publishGuessing = (accountId: `acc_${string}`) =>
    fixture.test.publishEvent(passwordGuessingDetected, { accountId, at: AT, attempts: 10 });

  it('tells the owner the time, the number of attempts and what to do', async () => {
    await publishGuessing(id('acc'));
    expect(await fixture.recipientsAndSubjects()).toEqual([
      'owner@example.ch Somebody is trying to sign in to your account',
    ]);
    const { text } = fixture.smtp.mails[0]!.mail;
    expect(text).toContain('Hello Anna Keller,');
    expect(text).toContain('By 22 Nov 2026 at 22:30 UTC, 10 attempts');
    expect(text).toContain('set up a second factor');
  });

  it.each(locales)('is complete in the language %s', async (language) => {
    fixture.recipient = { ...owner, locale: language };
    await publishGuessing(id('acc'));
    await fixture.recipientsAndSubjects();
    const { text } = fixture.smtp.mails[0]!.mail;
    expect(text).toContain('22:30 UTC');
    expect(text).not.toMatch(/[{}]/);
  });

  it('is sent for each event of an account', async () => {
    const accountId = id('acc');
    await publishGuessing(accountId);
    await publishGuessing(accountId);
    expect(await fixture.recipientsAndSubjects()).toHaveLength(2);
  });
});

describe('the mail with the link to choose a new password', () => {
  let isFound: boolean;
  const accountId = id('acc');
  beforeAll(async () => {
    await fixture.test.stub(getPasswordResetMail, () => {
      if (!isFound) throw new DomainError('PASSWORD_RESET_NOT_FOUND');
      return { accountId, ...fixture.recipient, token: 'reset-token' };
    });
  });
  const request = () => fixture.test.publishEvent(passwordResetRequested, { passwordResetId: id('pwr') });

  it.each(locales)('contains the link in the language %s, and is not stored after it is sent', async (locale) => {
    [isFound, fixture.recipient] = [true, { ...owner, locale }];
    await request();
    expect(await fixture.recipientsAndSubjects()).toHaveLength(1);
    const { text } = fixture.smtp.mails[0]!.mail;
    expect(text).toContain('https://console.example/password-reset?token=reset-token');
    expect(text).not.toMatch(/[{}]/);
    expect(await fixture.test.rows(`select from message where kind = 'password_reset' and mail is not null`)).toEqual(
      [],
    );
  });

  it('is not sent when identity does not find the request any more', async () => {
    isFound = false;
    await request();
    expect(await fixture.recipientsAndSubjects()).toEqual([]);
  });
});

describe('the mail about a changed password', () => {
  it.each(locales)('contains the time, a hint about API tokens and a link in the language %s', async (locale) => {
    fixture.recipient = { ...owner, locale };
    await fixture.test.publishEvent(passwordChanged, { accountId: id('acc'), at: AT, cause: 'reset' });
    expect(await fixture.recipientsAndSubjects()).toHaveLength(1);
    const { text } = fixture.smtp.mails[0]!.mail;
    expect(text).toContain('22:30 UTC');
    expect(text).toContain('API');
    expect(text).toContain('https://console.example/forgotten-password');
    expect(text).not.toMatch(/[{}]/);
  });
});
