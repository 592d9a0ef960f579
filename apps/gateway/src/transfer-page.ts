/** What the link of a transfer leads to where no console is installed in front: sign in or sign up, see the offer, choose an organization, accept or decline. */
export const transferPage = {
  title: 'Take over a product',
  body: `<form id="sign-in"><p>Sign in to see what is offered to you.</p>
<label>E-mail<input name="email" type="email" autocomplete="username" required></label>
<label>Password<input name="password" type="password" autocomplete="current-password" required></label>
<label id="code" hidden>Code<small>From your authenticator app, or a recovery code.</small><input name="code" type="text" autocomplete="one-time-code"></label><button>Sign in</button></form>
<details><summary>I have no account yet</summary><form id="sign-up">
<label>Your name<input name="name" type="text" autocomplete="name" required></label>
<label>E-mail<small>Where the offer was sent to.</small><input name="email" type="email" autocomplete="email" required></label>
<label>A password<small>At least 15 characters.</small><input name="password" type="password" autocomplete="new-password" required></label><button>Open an account</button></form></details>
<section id="offer" hidden><dl></dl><p>Not carried over: what was given on it, automatic renewal, payment method, billing address, renewal warranty, documents.</p>
<form id="accept"><label>For which organization<select name="organization" required></select></label><button>Accept</button> <button type="button" id="decline">Decline</button></form></section>`,
  script: `const token = new URLSearchParams(location.search).get('token') ?? '';
const at = (selector) => document.querySelector(selector);
const say = (text) => { at('[role=status]').textContent = text; };
let accessToken;
let shown;
async function call(method, path, body) {
  const headers = { ...(body ? { 'content-type': 'application/json' } : {}), ...(accessToken ? { authorization: 'Bearer ' + accessToken } : {}) };
  const response = await fetch(path, { method, headers, ...(body ? { body: JSON.stringify(body) } : {}) }).catch(() => undefined);
  if (!response) throw new Error('The server cannot be reached. Please try again.');
  const answer = response.status === 204 ? {} : await response.json();
  if (!response.ok) throw Object.assign(new Error(answer.title + '.' + (answer.errors ?? []).map((error) => ' ' + error.pointer.slice(1) + ' ' + error.detail + '.').join('')), { code: answer.code });
  return answer;
}
const on = (selector, kind, run) => at(selector).addEventListener(kind, (event) => {
  event.preventDefault();
  say('');
  run(Object.fromEntries(new FormData(at(selector).form ?? at(selector)))).catch((error) => say(error.message));
});
const money = ({ amount, currency }) => {
  const format = new Intl.NumberFormat(navigator.language, { style: 'currency', currency });
  return format.format(amount / 10 ** format.resolvedOptions().maximumFractionDigits);
};
const option = (value, textContent) => Object.assign(document.createElement('option'), { value, textContent });
function show(offer) {
  shown = offer;
  at('dl').replaceChildren();
  const rows = [
    ['Product', offer.name + ' (' + offer.type.replaceAll('_', ' ') + ')'], ['From', offer.fromOrganizationName], ['Price', offer.price ? money(offer.price) + ' net, ' + offer.interval : 'not known'],
    ['Next due date', offer.dueOn ?? 'not known yet'], ['People who come with it', String(offer.keptPeopleCount)], ['Good until', offer.expiresAt.slice(0, 10)],
    ...(offer.isBlocked ? [['Blocked', 'at the moment']] : []),
  ];
  for (const [label, value] of rows) for (const [tag, text] of [['dt', label], ['dd', value]]) at('dl').append(Object.assign(document.createElement(tag), { textContent: text }));
}
function choose(organizations) {
  const managed = organizations.filter(({ role, lacksSecondFactor }) => !lacksSecondFactor && (role === 'legal_representative' || role === 'administrator')).map(({ organization }) => [organization.id, organization.name]);
  for (const [value, textContent] of [...managed, ['new', 'A new organization of my own']]) at('select').append(option(value, textContent));
  at('#sign-in').hidden = at('details').hidden = true;
  at('#offer').hidden = false;
}
// It stays chosen: whoever has to accept once more opens no second one.
async function openOrganization() {
  const { name } = await call('GET', '/v1/me');
  const { id } = await call('POST', '/v1/organizations', { name });
  at('select').prepend(option(id, name));
  at('select').value = id;
  return id;
}
const describe = () => call('POST', '/v1/transfers/describe', { token });
const done = (text) => { at('#offer').hidden = true; say(text); };
on('#sign-in', 'submit', async ({ email, password, code }) => {
  const session = await call('POST', '/v1/sessions', { email, password, ...(code ? { code } : {}) }).catch((error) => {
    if (error.code === 'SECOND_FACTOR_REQUIRED') at('#code').hidden = false;
    throw error;
  });
  accessToken = session.accessToken;
  show(await describe());
  choose((await call('GET', '/v1/me/organizations')).data);
});
on('#sign-up', 'submit', async (given) => {
  await call('POST', '/v1/sign-ups', given);
  at('details').open = false;
  say('We have sent you a mail. Confirm your address with it, then come back to this page and sign in.');
});
on('#accept', 'submit', async ({ organization }) => {
  const id = organization === 'new' ? await openOrganization() : organization;
  const { keptPeopleCount, price, dueOn } = shown;
  await call('POST', '/v1/organizations/' + encodeURIComponent(id) + '/transfers/accept', { token, keptPeopleCount, price, dueOn }).catch(async (error) => {
    if (error.code === 'TRANSFER_CHANGED') show(await describe());
    throw error;
  });
  done('It is yours now.');
});
on('#decline', 'click', async () => {
  await call('POST', '/v1/transfers/decline', { token });
  done('You have declined it.');
});`,
} as const;
