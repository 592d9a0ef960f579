import { expect, test } from '@jest/globals';
import MailComposer from 'nodemailer/lib/mail-composer/index.js';
import PostalMime from 'postal-mime';
import { headerText } from './header-text.ts';

test.each([
  '=?utf-8?q?=0d=0aBcc:=20victim@example.ch?=',
  '=?utf-8?b?DQpCY2M6IHZpY3RpbUBleGFtcGxlLmNo?=',
  'Invoice of \r\nBcc: victim@example.ch',
  'Zürich =?utf-8?q?=0aBcc:=20victim@example.ch?=',
  'a\u2028Bcc: victim@example.ch',
])('headerText of %j is one line without a further header', async (name) => {
  const subject = headerText(`Invitation of ${name}`);
  const raw = await new MailComposer({ from: 'a@example.ch', to: 'b@example.ch', subject, text: 'x' })
    .compile()
    .build();
  const mail = await PostalMime.parse(raw);
  expect(mail.headers.map(({ key }) => key)).not.toContain('bcc');
  expect(mail.subject).not.toMatch(/[\r\n\u2028]/);
});

test('headerText does not change an ordinary text', () => {
  expect(headerText('Offre « Zürich » = 12 %? Oui')).toBe('Offre « Zürich » = 12 %? Oui');
});
