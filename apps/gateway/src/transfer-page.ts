import { pageScript, signInForm } from './page-script.ts';

/**
 * The page for the link of a transfer: sign in or sign up, see the offer, choose an organization, accept or decline.
 * An installation with its own console does not need this page.
 */
export const transferPage = {
  title: 'Take over a product',
  body: `${signInForm('Sign in to see what is offered to you.', 'Sign in')}
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
  script: `${pageScript}
let shownOffer;
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
async function fetchOrganizations() {
  const organizations = [];
  let cursor = '';
  do {
    const page = await call('GET', '/v1/me/organizations?limit=200' + (cursor && '&cursor=' + cursor));
    organizations.push(...page.data);
    cursor = page.nextCursor;
  } while (cursor);
  return organizations;
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
on('#sign-in', 'submit', async (credentials) => {
  await signIn(credentials);
  showOffer(await fetchOffer());
  showOrganizations(await fetchOrganizations());
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
