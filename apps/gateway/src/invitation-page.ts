import { pageScript, signInForm } from './page-script.ts';
import type { PageTexts } from './page-texts/page-texts.ts';

/**
 * The page for the link of an invitation: sign in and accept, open an account and accept, or decline. An installation
 * with its own console does not need this page.
 */
export const invitationPage = ({ invitation, signIn, signUp, unreachable }: PageTexts) => ({
  title: invitation.title,
  body: `<section id="choices">
${signInForm({ signIn, intro: invitation.intro, action: invitation.signIn })}
<details><summary>${signUp.openForm}</summary><form id="sign-up">
<label>${signUp.name}<input name="name" type="text" autocomplete="name" required></label>
<label>${signUp.password}<small>${signUp.passwordHint}</small>
<input name="password" type="password" autocomplete="new-password" required></label>
<button>${invitation.signUp}</button></form></details>
<details><summary>${invitation.openDeclineForm}</summary>
<form id="decline"><button>${invitation.decline}</button></form></details></section>`,
  script: `${pageScript({ ...invitation, unreachable })}
const finish = (text) => { query('#choices').hidden = true; showStatus(text); };
async function accept(details) {
  await call('POST', '/v1/invitations/accept', { token, ...details }).catch((error) => {
    // The address of the invitation has an account, so only a sign-in with this account helps.
    if (error.code !== 'SIGN_IN_REQUIRED') throw error;
    throw new Error(texts.accountExists);
  });
  finish(texts.accepted);
}
on('#sign-in', 'submit', async (credentials) => {
  await signIn(credentials);
  await accept({});
});
on('#sign-up', 'submit', async (details) => {
  accessToken = undefined;
  await accept(details);
});
on('#decline', 'submit', async () => {
  await call('POST', '/v1/invitations/decline', { token });
  finish(texts.declined);
});`,
});
