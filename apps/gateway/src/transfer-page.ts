/**
 * The page for the link of a transfer: sign in or sign up, see the offer, choose an organization, accept or decline.
 * An installation with its own console does not need this page.
 */
export const transferPage = {
  title: 'Take over a product',
  body: `<form id="sign-in"><p>Sign in to see what is offered to you.</p>
<label>E-mail<input name="email" type="email" autocomplete="username" required></label>
<label>Password<input name="password" type="password" autocomplete="current-password" required></label>
<label id="code" hidden>Code<small>From your authenticator app, or a recovery code.</small>
<input name="code" type="text" autocomplete="one-time-code"></label>
<button>Sign in</button></form>
<details><summary>I have no account yet</summary><form id="sign-up">
<label>Your name<input name="name" type="text" autocomplete="name" required></label>
<label>E-mail<small>The address that received the offer.</small>
<input name="email" type="email" autocomplete="email" required></label>
<label>A password<small>At least 15 characters.</small>
<input name="password" type="password" autocomplete="new-password" required></label>
<button>Open an account</button></form></details>
<section id="offer" hidden><dl></dl>
<p>Not transferred: rights on the product, automatic renewal, payment method, billing address, renewal warranty,
documents.</p>
<form id="accept"><label>For which organization<select name="organization" required></select></label>
<button>Accept</button> <button type="button" id="decline">Decline</button></form></section>`,
  script: `const token = new URLSearchParams(location.search).get('token') ?? '';
const query = (selector) => document.querySelector(selector);
const showStatus = (text) => { query('[role=status]').textContent = text; };
let accessToken;
let shownOffer;
async function call(method, path, body) {
  const headers = {
    ...(body ? { 'content-type': 'application/json' } : {}),
    ...(accessToken ? { authorization: 'Bearer ' + accessToken } : {}),
  };
  const options = { method, headers, ...(body ? { body: JSON.stringify(body) } : {}) };
  const response = await fetch(path, options).catch(() => undefined);
  if (!response) throw new Error('The server cannot be reached. Please try again.');
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
const money = ({ amount, currency }) => {
  const format = new Intl.NumberFormat(navigator.language, { style: 'currency', currency });
  return format.format(amount / 10 ** format.resolvedOptions().maximumFractionDigits);
};
const element = (tag, properties) => Object.assign(document.createElement(tag), properties);
function showOffer(offer) {
  shownOffer = offer;
  query('dl').replaceChildren();
  const rows = [
    ['Product', offer.name + ' (' + offer.type.replaceAll('_', ' ') + ')'],
    ['From', offer.fromOrganizationName],
    ['Price', offer.price ? money(offer.price) + ' net, ' + offer.interval : 'not known'],
    ['Next due date', offer.dueOn ?? 'not known yet'],
    ['People who keep their access', String(offer.retainedUserCount)],
    // The first ten characters of an instant are its date.
    ['Valid until', offer.expiresAt.slice(0, 10)],
    ...(offer.isBlocked ? [['Blocked', 'at the moment']] : []),
  ];
  for (const [label, value] of rows)
    query('dl').append(element('dt', { textContent: label }), element('dd', { textContent: value }));
}
const canAccept = ({ role, lacksSecondFactor }) =>
  !lacksSecondFactor && (role === 'legal_representative' || role === 'administrator');
function showOrganizations(organizations) {
  for (const { organization } of organizations.filter(canAccept))
    query('select').append(element('option', { value: organization.id, textContent: organization.name }));
  query('select').append(element('option', { value: 'new', textContent: 'A new organization of my own' }));
  query('#sign-in').hidden = query('details').hidden = true;
  query('#offer').hidden = false;
}
// Selects the new organization, so that a second attempt to accept does not create another one.
async function createOrganization() {
  const { name } = await call('GET', '/v1/me');
  const { id } = await call('POST', '/v1/organizations', { name });
  query('select').prepend(element('option', { value: id, textContent: name }));
  query('select').value = id;
  return id;
}
const fetchOffer = () => call('POST', '/v1/transfers/describe', { token });
const finish = (text) => { query('#offer').hidden = true; showStatus(text); };
on('#sign-in', 'submit', async ({ email, password, code }) => {
  const session = await call('POST', '/v1/sessions', { email, password, ...(code ? { code } : {}) }).catch((error) => {
    if (error.code === 'SECOND_FACTOR_REQUIRED') query('#code').hidden = false;
    throw error;
  });
  accessToken = session.accessToken;
  showOffer(await fetchOffer());
  showOrganizations((await call('GET', '/v1/me/organizations')).data);
});
on('#sign-up', 'submit', async (fields) => {
  await call('POST', '/v1/sign-ups', fields);
  query('details').open = false;
  showStatus('We have sent you a mail. Confirm your address with it, then come back to this page and sign in.');
});
on('#accept', 'submit', async ({ organization }) => {
  const id = organization === 'new' ? await createOrganization() : organization;
  const { retainedUserCount, price, dueOn } = shownOffer;
  const path = '/v1/organizations/' + encodeURIComponent(id) + '/transfers/accept';
  await call('POST', path, { token, retainedUserCount, price, dueOn }).catch(async (error) => {
    if (error.code === 'TRANSFER_CHANGED') showOffer(await fetchOffer());
    throw error;
  });
  finish('The product belongs to your organization now.');
});
on('#decline', 'click', async () => {
  await call('POST', '/v1/transfers/decline', { token });
  finish('You have declined the offer.');
});`,
} as const;
