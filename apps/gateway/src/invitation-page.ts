import { pageScript, signInForm } from './page-script.ts';

/**
 * The page for the link of an invitation: sign in and accept, open an account and accept, or decline. An installation
 * with its own console does not need this page.
 */
export const invitationPage = {
  title: 'Accept the invitation',
  body: `<section id="choices">
${signInForm('Sign in with the account of the address that received the invitation.', 'Sign in and accept')}
<details><summary>I have no account yet</summary><form id="sign-up">
<label>Your name<input name="name" type="text" autocomplete="name" required></label>
<label>A password<small>At least 15 characters.</small>
<input name="password" type="password" autocomplete="new-password" required></label>
<button>Open an account and accept</button></form></details>
<details><summary>I do not want to join</summary>
<form id="decline"><button>Decline</button></form></details></section>`,
  script: `${pageScript}
const finish = (text) => { query('#choices').hidden = true; showStatus(text); };
async function accept(details) {
  await call('POST', '/v1/invitations/accept', { token, ...details }).catch((error) => {
    // Only a sign-in with the address of the invitation helps.
    if (error.code !== 'SIGN_IN_REQUIRED') throw error;
    throw new Error('This address has an account. Sign in to accept the invitation.');
  });
  finish('You are a member of the organization now. You can sign in.');
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
  finish('You have declined the invitation.');
});`,
} as const;
