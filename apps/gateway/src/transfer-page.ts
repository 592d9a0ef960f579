import { pageScript, signInForm } from './page-script.ts';
import type { PageTexts } from './page-texts/page-texts.ts';

/**
 * The page for the link of a transfer: sign in or sign up, see the offer, choose an organization, accept or decline.
 * An installation with its own console does not need this page.
 */
export const transferPage = ({ transfer, signIn, signUp, unreachable }: PageTexts) => ({
  title: transfer.title,
  body: `${signInForm({ signIn, intro: transfer.intro, action: transfer.signIn })}
<details><summary>${signUp.openForm}</summary><form id="sign-up">
<label>${signUp.name}<input name="name" type="text" autocomplete="name" required></label>
<label>${transfer.email}<small>${transfer.emailHint}</small>
<input name="email" type="email" autocomplete="email" required></label>
<label>${signUp.password}<small>${signUp.passwordHint}</small>
<input name="password" type="password" autocomplete="new-password" required></label>
<button>${transfer.signUp}</button></form></details>
<section id="offer" hidden><dl></dl>
<p>${transfer.notTransferred}</p>
<form id="accept"><label>${transfer.organization}<select name="organization" required></select></label>
<button>${transfer.accept}</button> <button type="button" id="decline">${transfer.decline}</button></form></section>`,
  script: `${pageScript({ ...transfer, unreachable })}
let shownOffer;
const priceText = ({ price, interval }) => texts[interval].replace('{price}', () => money(price));
function showOffer(offer) {
  shownOffer = offer;
  query('dl').replaceChildren();
  const rows = [
    [texts.product, offer.name + ' (' + offer.typeName + ')'],
    [texts.from, offer.fromOrganizationName],
    [texts.price, offer.price ? priceText(offer) : texts.priceUnknown],
    [texts.due, offer.dueOn ?? texts.dueUnknown],
    [texts.people, String(offer.retainedUserCount)],
    // The first ten characters of an instant are its date.
    [texts.validUntil, offer.expiresAt.slice(0, 10)],
    ...(offer.isBlocked ? [[texts.blocked, texts.blockedValue]] : []),
  ];
  for (const [label, value] of rows)
    query('dl').append(element('dt', { textContent: label }), element('dd', { textContent: value }));
}
const canAccept = ({ role, lacksSecondFactor }) =>
  !lacksSecondFactor && (role === 'legal_representative' || role === 'administrator');
function showOrganizations(organizations) {
  for (const { organization } of organizations.filter(canAccept))
    query('select').append(element('option', { value: organization.id, textContent: organization.name }));
  query('select').append(element('option', { value: 'new', textContent: texts.newOrganization }));
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
// Selects the new organization, so that a second attempt to accept does not create another organization.
async function createOrganization() {
  const { name } = await call('GET', '/v1/me');
  const { id } = await call('POST', '/v1/organizations', { name });
  query('select').prepend(element('option', { value: id, textContent: name }));
  query('select').value = id;
  return id;
}
async function fetchOffer() {
  const offer = await call('POST', '/v1/transfers/describe', { token });
  const { data } = await call('GET', '/v1/product-types');
  // The catalogue does not list types that are no longer sold.
  const typeName = data.find(({ key }) => key === offer.type)?.name ?? offer.type.replaceAll('_', ' ');
  return { ...offer, typeName };
}
const finish = (text) => { query('#offer').hidden = true; showStatus(text); };
on('#sign-in', 'submit', async (credentials) => {
  await signIn(credentials);
  showOffer(await fetchOffer());
  showOrganizations(await fetchOrganizations());
});
on('#sign-up', 'submit', async (fields) => {
  await call('POST', '/v1/sign-ups', fields);
  query('details').open = false;
  showStatus(texts.signedUp);
});
on('#accept', 'submit', async ({ organization }) => {
  const id = organization === 'new' ? await createOrganization() : organization;
  const { retainedUserCount, price, dueOn } = shownOffer;
  const path = '/v1/organizations/' + encodeURIComponent(id) + '/transfers/accept';
  await call('POST', path, { token, retainedUserCount, price, dueOn }).catch(async (error) => {
    if (error.code === 'TRANSFER_CHANGED') showOffer(await fetchOffer());
    throw error;
  });
  finish(texts.accepted);
});
on('#decline', 'click', async () => {
  await call('POST', '/v1/transfers/decline', { token });
  finish(texts.declined);
});`,
});
