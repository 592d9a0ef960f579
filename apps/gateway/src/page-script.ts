import type { PageTexts } from './page-texts/page-texts.ts';

interface SignInFormTexts extends Pick<PageTexts, 'signIn'> {
  intro: string;
  action: string;
}

/** The form with which a person signs in on a page. The function `signIn` of the script sends the form. */
export const signInForm = ({ signIn, intro, action }: SignInFormTexts): string => `<form id="sign-in"><p>${intro}</p>
<label>${signIn.email}<input name="email" type="email" autocomplete="username" required></label>
<label>${signIn.password}<input name="password" type="password" autocomplete="current-password" required></label>
<label id="code" hidden>${signIn.code}<small>${signIn.codeHint}</small>
<input name="code" type="text" autocomplete="one-time-code"></label>
<button>${action}</button></form>`;

/**
 * Returns the start of the script of a page: the texts, and functions for elements, amounts of money, calls of the API,
 * form events and sign-in.
 */
export const pageScript = (texts: object): string => `const texts = ${JSON.stringify(texts)};
const token = new URLSearchParams(location.search).get('token') ?? '';
const query = (selector) => document.querySelector(selector);
const element = (tag, properties) => Object.assign(document.createElement(tag), properties);
const showStatus = (text) => { query('[role=status]').textContent = text; };
const money = ({ amount, currency }) => {
  const format = new Intl.NumberFormat(navigator.language, { style: 'currency', currency });
  return format.format(amount / 10 ** format.resolvedOptions().maximumFractionDigits);
};
let accessToken;
async function call(method, path, body) {
  const headers = {
    ...(body ? { 'content-type': 'application/json' } : {}),
    ...(accessToken ? { authorization: 'Bearer ' + accessToken } : {}),
  };
  const options = { method, headers, ...(body ? { body: JSON.stringify(body) } : {}) };
  const response = await fetch(path, options).catch(() => undefined);
  if (!response) throw new Error(texts.unreachable);
  const answer = response.status === 204 ? {} : await response.json();
  if (response.ok) return answer;
  // A pointer starts with "/".
  const details = (answer.errors ?? []).map((error) => ' ' + error.pointer.slice(1) + ' ' + error.detail + '.');
  throw Object.assign(new Error(answer.title + '.' + details.join('')), { code: answer.code });
}
const on = (selector, eventType, handle) => query(selector).addEventListener(eventType, (event) => {
  event.preventDefault();
  showStatus('');
  // A button belongs to a form; otherwise the element is the form.
  const form = query(selector).form ?? query(selector);
  handle(Object.fromEntries(new FormData(form))).catch((error) => showStatus(error.message));
});
async function signIn({ email, password, code }) {
  const session = await call('POST', '/v1/sessions', { email, password, ...(code ? { code } : {}) }).catch((error) => {
    if (error.code === 'SECOND_FACTOR_REQUIRED') query('#code').hidden = false;
    throw error;
  });
  accessToken = session.accessToken;
}`;
