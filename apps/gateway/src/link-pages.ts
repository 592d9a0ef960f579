import type { Locale } from '@cordee/contracts/values';
import type { FastifyInstance } from 'fastify';
import { cardSimulatorPage } from './card-simulator-page.ts';
import { invitationPage } from './invitation-page.ts';
import { pageTexts, type PageTexts } from './page-texts/page-texts.ts';
import { addTranslatedPage } from './prepared-page.ts';
import { transferPage } from './transfer-page.ts';

/**
 * Pages with a form of one field, for the links in mails. The forms call the public API. An installation with its own
 * console does not need these pages.
 */
const formPages = {
  '/confirm': {
    selectTexts: ({ confirm }: PageTexts) => confirm,
    url: '/v1/sign-ups/confirm',
    field: { name: 'password', type: 'password', autocomplete: 'current-password' },
  },
  '/forgotten-password': {
    selectTexts: ({ forgottenPassword }: PageTexts) => forgottenPassword,
    url: '/v1/password-resets',
    field: { name: 'email', type: 'email', autocomplete: 'email' },
  },
  '/password-reset': {
    selectTexts: ({ passwordReset }: PageTexts) => passwordReset,
    url: '/v1/password-resets/confirm',
    field: { name: 'password', type: 'password', autocomplete: 'new-password' },
  },
} as const;

/** Pages with a script of their own. */
const pagesWithScript = { '/invitation': invitationPage, '/transfer': transferPage };

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

const formScript = (texts: object): string => `const texts = ${JSON.stringify(texts)};
const form = document.querySelector('form');
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
  if (!response) return showStatus(texts.unreachable);
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
 * Serves the pages for links in mails and for payments by card, in the language of the browser. A page sends the token
 * of its URL only in the body of a request. Because of the header `referrer-policy` (from helmet), requests to
 * other sites do not contain the URL with the token.
 */
export function addLinkPages(app: FastifyInstance, { hasCardSimulator }: { hasCardSimulator: boolean }): void {
  addTranslatedPage(app, '/links.js', SCRIPT, (language) =>
    formScript({ unreachable: pageTexts[language].unreachable }),
  );
  for (const [path, { selectTexts, url, field }] of Object.entries(formPages))
    addTranslatedPage(app, path, HTML, (language) => {
      const { title, label, hint, action, done } = selectTexts(pageTexts[language]);
      const { name, type, autocomplete } = field;
      const input = `<input name="${name}" type="${type}" autocomplete="${autocomplete}">`;
      const body =
        `<form data-url="${url}" data-done-text="${done}"><label>${label}<small>${hint}</small>${input}</label>` +
        `<button>${action}</button></form>`;
      return pageHtml(language, { title, body, scriptPath: '/links.js' });
    });
  addTranslatedPage(app, '/card-payment', HTML, (language) => {
    const { title, text } = pageTexts[language].cardPayment;
    return pageHtml(language, { title, body: `<p>${text}</p>` });
  });
  const scriptPages = hasCardSimulator ? { ...pagesWithScript, '/card-simulator': cardSimulatorPage } : pagesWithScript;
  for (const [path, renderPage] of Object.entries(scriptPages)) {
    addTranslatedPage(app, `${path}.js`, SCRIPT, (language) => renderPage(pageTexts[language]).script);
    addTranslatedPage(app, path, HTML, (language) => {
      const { title, body } = renderPage(pageTexts[language]);
      return pageHtml(language, { title, body, scriptPath: `${path}.js` });
    });
  }
}

interface Page {
  title: string;
  body: string;
  scriptPath?: string;
}

const pageHtml = (language: Locale, { title, body, scriptPath }: Page): string => `<!doctype html>
<html lang="${language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width,initial-scale=1">
<title>${title}</title>
<style>${css}</style>
</head>
<body>
<main><h1>${title}</h1>${body}<p role="status"></p></main>
${scriptPath === undefined ? '' : `<script src="${scriptPath}"></script>`}
</body>
</html>`;
