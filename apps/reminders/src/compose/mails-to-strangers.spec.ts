import { expect, it } from '@jest/globals';
import { mailTexts } from './compose-mail.ts';

const languages = Object.entries(mailTexts);
const kinds = ['sign_up_confirmation', 'account_exists', 'invitation'] as const;

it.each(languages)(
  'no subject of a mail to an unconfirmed address has a placeholder in the language %s',
  (_, texts) => {
    for (const kind of kinds) expect(texts.kinds[kind].subject).not.toMatch(/[{}]/);
  },
);

it.each(languages)('the sign-up mails have no placeholder in the language %s', (_, texts) => {
  for (const kind of ['sign_up_confirmation', 'account_exists'] as const)
    expect(texts.kinds[kind].lines.join(' ')).not.toMatch(/[{}]/);
});
