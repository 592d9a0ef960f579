import assert from 'node:assert/strict';
import { password, STAFF_EMAIL, type Scenario } from './scenario.ts';

type SignedUp = { accountId: string; organizationId: string };

/** Signs up the staff account like any other account. `STAFF_EMAILS` makes it a staff account. */
export async function staffSignsUp(scenario: Scenario): Promise<void> {
  const attempt = await scenario.api
    .post('/v1/sessions', { body: { email: STAFF_EMAIL, password } })
    .catch(() => undefined);
  if (attempt) return scenario.print('the staff account exists already');
  await signUp(scenario, 'Staff Desk', STAFF_EMAIL);
  scenario.print(`${STAFF_EMAIL} can sign in as staff`);
}

export async function annaSignsUp(scenario: Scenario): Promise<void> {
  const email = scenario.addressOf('anna');
  const { accountId } = await signUp(scenario, 'Anna Keller', email);
  const { accessToken } = await scenario.signIn({ email });
  scenario.people.set('anna', { name: 'Anna Keller', email, accountId, token: accessToken });
  const organizations = await scenario.api.get<{ data: { role: string }[] }>('/v1/me/organizations', {
    token: accessToken,
  });
  assert.deepEqual(
    organizations.body.data.map(({ role }) => role),
    ['legal_representative'],
  );
  scenario.print(`${email} confirmed the address, signed in, and is legal representative of her own organization`);
}

export async function annaCreatesOrganization(scenario: Scenario): Promise<void> {
  const { token } = scenario.person('anna');
  const { body } = await scenario.api.post<{ id: string }>('/v1/organizations', {
    token,
    body: { name: 'Alpine Rescue', locale: 'fr', country: 'CH' },
    expect: 201,
  });
  scenario.results.set('organization', body.id);
  const organizations = await scenario.api.get<{ data: unknown[] }>('/v1/me/organizations', { token });
  assert.equal(organizations.body.data.length, 2);
  scenario.print(`Alpine Rescue is ${body.id}; Anna now has two organizations`);
}

/** Invites an administrator, a collaborator who sees documents, and an external. */
export async function annaInvites(scenario: Scenario): Promise<void> {
  const invited = [
    { key: 'bruno', name: 'Bruno Rossi', role: 'administrator', flags: [] },
    { key: 'clara', name: 'Clara Crevoisier', role: 'collaborator', flags: ['billing.view'] },
    { key: 'eva', name: 'Eva Lang', role: 'external', flags: [] },
  ];
  for (const { key, name, role, flags } of invited) {
    const email = scenario.addressOf(key);
    await scenario.api.post(scenario.organizationPath('/invitations'), {
      token: scenario.person('anna').token,
      body: { email, role, flags, locale: 'fr' },
      expect: 201,
    });
    const mail = await scenario.waitForMail(email, /Vous êtes invité/);
    const { body } = await scenario.api.post<{ accountId: string; memberId: string }>('/v1/invitations/accept', {
      body: { token: tokenIn(mail.text), name, password },
    });
    const { accessToken } = await scenario.signIn({ email });
    scenario.people.set(key, { name, email, accountId: body.accountId, memberId: body.memberId, token: accessToken });
    scenario.print(`${name} accepted the invitation and is ${role}`);
  }
}

export async function roleRulesAreEnforced(scenario: Scenario): Promise<void> {
  const [anna, bruno] = [scenario.person('anna'), scenario.person('bruno')];
  const members = await scenario.api.get<{ data: { id: string; accountId: string }[] }>(
    scenario.organizationPath('/members'),
    {
      token: anna.token,
    },
  );
  const annaMember = members.body.data.find(({ accountId }) => accountId === anna.accountId)!;
  const leaving = await scenario.api.delete<{ code: string }>(scenario.organizationPath(`/members/${annaMember.id}`), {
    token: anna.token,
    expect: 409,
  });
  assert.equal(leaving.body.code, 'LAST_LEGAL_REPRESENTATIVE');
  const promotion = await scenario.api.patch<{ code: string }>(
    scenario.organizationPath(`/members/${bruno.memberId}`),
    {
      token: bruno.token,
      body: { role: 'legal_representative' },
      expect: 403,
    },
  );
  assert.equal(promotion.body.code, 'ROLE_RESERVED');
  // A well-formed id of an organization that does not exist.
  const unknownOrganization = await scenario.api.get<{ code: string }>(
    `/v1/organizations/${members.body.data[0]!.id.replace('mem_', 'org_')}`,
    { token: anna.token, expect: 404 },
  );
  assert.equal(unknownOrganization.body.code, 'ORGANIZATION_NOT_FOUND');
  scenario.print(`the last legal representative leaves: ${leaving.body.code}`);
  scenario.print(`an administrator takes this role: ${promotion.body.code}`);
  scenario.print(`access to an unknown organization: ${unknownOrganization.body.code}`);
}

/** Resets the password of the collaborator by mail, then changes the password back. */
export async function claraResetsPassword(scenario: Scenario): Promise<void> {
  const clara = scenario.person('clara');
  const { email } = clara;
  const otherPassword = 'a bicycle below the old bridge';
  await scenario.api.post('/v1/password-resets', { body: { email }, expect: 202 });
  const mail = await scenario.waitForMail(email, /nouveau mot de passe/);
  // The answer may be lost when a service restarts. The link works only once, so the sign-in shows the result.
  await scenario.api
    .post('/v1/password-resets/confirm', { body: { token: tokenIn(mail.text), password: otherPassword } })
    .catch(() => undefined);
  await scenario.api.get('/v1/me', { token: clara.token, expect: 401 });
  const { accessToken } = await scenario.signIn({ email, typedPassword: otherPassword });
  await scenario.api
    .post('/v1/me/password', { token: accessToken, body: { currentPassword: otherPassword, newPassword: password } })
    .catch(() => undefined);
  clara.token = (await scenario.signIn({ email })).accessToken;
  await scenario.waitForMail(email, /mot de passe a été modifié/);
  scenario.print(`${email} chose a new password with the link in the mail, which ended the old session`);
}

/** Signs up a person and confirms the address with the link in the mail. */
export async function signUp(scenario: Scenario, name: string, email: string): Promise<SignedUp> {
  await scenario.api.post('/v1/sign-ups', { body: { email, password, name, locale: 'en' }, expect: 202 });
  const mail = await scenario.waitForMail(email, /Confirm your address/);
  const body = { token: tokenIn(mail.text), password };
  return (await scenario.api.post<SignedUp>('/v1/sign-ups/confirm', { body })).body;
}

/** Returns the token of the link in a mail. */
export const tokenIn = (text: string): string => /token=([\w-]+)/.exec(text)![1]!;
