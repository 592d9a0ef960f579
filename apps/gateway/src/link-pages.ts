import type { FastifyInstance } from 'fastify';
import { invitationPage } from './invitation-page.ts';
import { addPreparedPage } from './prepared-page.ts';
import { transferPage } from './transfer-page.ts';

/** Pages for the links in mails. They call the public API. An installation with its own console does not need them. */
const pages = {
  '/confirm': {
    title: 'Confirm your address',
    action: 'Confirm',
    url: '/v1/sign-ups/confirm',
    fields: [
      {
        name: 'password',
        label: 'Your password',
        type: 'password',
        autocomplete: 'current-password',
        hint: 'The password with which you signed up.',
      },
    ],
    doneText: 'Your account is ready. You can sign in now.',
  },
  '/forgotten-password': {
    title: 'Forgotten password',
    action: 'Send a link',
    url: '/v1/password-resets',
    doneText: 'If the address has an account, a mail with a link is on its way.',
    fields: [
      {
        name: 'email',
        label: 'Your mail address',
        type: 'email',
        autocomplete: 'email',
        hint: 'The link to choose a new password is sent to this address.',
      },
    ],
  },
  '/password-reset': {
    title: 'Choose a new password',
    action: 'Save',
    url: '/v1/password-resets/confirm',
    doneText: 'Your password was changed. You can sign in now.',
    fields: [
      {
        name: 'password',
        label: 'The new password',
        type: 'password',
        autocomplete: 'new-password',
        hint: 'At least 15 characters, or 8 if you have a second factor.',
      },
    ],
  },
} as const;

/** Pages on which a person signs in. */
const pagesWithSignIn = { '/invitation': invitationPage, '/transfer': transferPage };

const HTML = 'text/html; charset=utf-8';
const SCRIPT = 'text/javascript; charset=utf-8';

const css = `
body{font:17px/1.5 system-ui,sans-serif;margin:0;padding:48px 16px;background:#f2f4f7;color:#1c2733}
main{max-width:440px;margin:0 auto;padding:32px;background:#fff;border-radius:6px}
h1{font-size:22px;margin:0 0 16px}
label{display:block;margin:0 0 16px;font-weight:600}
label small{display:block;font-weight:400;color:#56616d}
input,select{display:block;width:100%;box-sizing:border-box;font:inherit;padding:8px;margin-top:4px}
input,select{border:1px solid #8792a0;border-radius:4px}
button{font:inherit;font-weight:600;padding:10px 20px;border:0;border-radius:4px;background:#0b5cad;color:#fff}
button{cursor:pointer}
[role=status]{margin:16px 0 0}
details{margin:24px 0 0}
summary{margin:0 0 16px;cursor:pointer}
dt{color:#56616d;font-size:14px}
dd{margin:0 0 12px;font-weight:600}`;

const linksScript = `const form = document.querySelector('form');
const showStatus = (text) => { document.querySelector('[role=status]').textContent = text; };
form.addEventListener('submit', async (event) => {
  event.preventDefault();
  const token = new URLSearchParams(location.search).get('token');
  const fields = Object.fromEntries([...new FormData(form)].filter(([, value]) => value !== ''));
  const response = await fetch(form.dataset.url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ ...(token === null ? {} : { token }), ...fields }),
  }).catch(() => undefined);
  if (!response) return showStatus('The server cannot be reached. Please try again.');
  if (response.ok) {
    form.hidden = true;
    return showStatus(form.dataset.doneText);
  }
  const problem = await response.json();
  // A pointer starts with "/".
  const details = (problem.errors ?? []).map((error) => ' ' + error.pointer.slice(1) + ' ' + error.detail + '.');
  showStatus(problem.title + '.' + details.join(''));
});`;

/**
 * Serves the pages for links in mails. A page sends the token of its URL only in the body of a request. The header
 * `referrer-policy` (from helmet) prevents that requests to other sites contain the URL with the token.
 */
export function addLinkPages(app: FastifyInstance): void {
  addPreparedPage(app, '/links.js', SCRIPT, linksScript);
  for (const [path, { title, action, url, fields, doneText }] of Object.entries(pages)) {
    const inputs = fields
      .map(({ name, label, type, autocomplete, hint }) => {
        const input = `<input name="${name}" type="${type}" autocomplete="${autocomplete}">`;
        return `<label>${label}<small>${hint}</small>${input}</label>`;
      })
      .join('');
    const html = pageHtml(
      title,
      `<form data-url="${url}" data-done-text="${doneText}">${inputs}<button>${action}</button></form>`,
      '/links.js',
    );
    addPreparedPage(app, path, HTML, html);
  }
  for (const [path, { title, body, script }] of Object.entries(pagesWithSignIn)) {
    addPreparedPage(app, `${path}.js`, SCRIPT, script);
    addPreparedPage(app, path, HTML, pageHtml(title, body, `${path}.js`));
  }
}

const pageHtml = (title: string, body: string, scriptPath: string): string => `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width,initial-scale=1">
<title>${title}</title>
<style>${css}</style>
</head>
<body>
<main><h1>${title}</h1>${body}<p role="status"></p></main>
<script src="${scriptPath}"></script>
</body>
</html>`;
