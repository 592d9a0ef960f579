import assert from 'node:assert/strict';
import { password, STAFF_EMAIL, type Story } from './scenario.ts';

type Tokens = { accountId: string; organizationId: string };

/** The staff account signs up like everybody else; the configuration says that its address is staff. */
export async function staffSignsUp(story: Story): Promise<void> {
  const attempt = await story.api
    .post('/v1/sessions', { body: { email: STAFF_EMAIL, password } })
    .catch(() => undefined);
  if (attempt) return story.say('the staff account is there');
  await signUp(story, 'Staff Desk', STAFF_EMAIL);
  story.say(`${STAFF_EMAIL} can sign in as staff`);
}

export async function annaSignsUp(story: Story): Promise<void> {
  const email = story.address('anna');
  const { accountId } = await signUp(story, 'Anna Keller', email);
  const { accessToken } = await story.signIn({ email });
  story.people.set('anna', { name: 'Anna Keller', email, accountId, token: accessToken });
  const own = await story.api.get<{ data: { role: string }[] }>('/v1/me/organizations', { token: accessToken });
  assert.deepEqual(
    own.body.data.map(({ role }) => role),
    ['legal_representative'],
  );
  story.say(`${email} confirmed by mail, signed in, is legal representative of an organization of her own`);
}

export async function annaOpensOrganization(story: Story): Promise<void> {
  const { token } = story.person('anna');
  const { body } = await story.api.post<{ id: string }>('/v1/organizations', {
    token,
    body: { name: 'Alpine Rescue', locale: 'fr', country: 'CH' },
    expect: 201,
  });
  story.known.set('organization', body.id);
  const own = await story.api.get<{ data: unknown[] }>('/v1/me/organizations', { token });
  assert.equal(own.body.data.length, 2);
  story.say(`Alpine Rescue is ${body.id}; Anna now has two organizations`);
}

/** An administrator, a collaborator who sees documents, and an external. */
export async function annaInvites(story: Story): Promise<void> {
  const guests = [
    { key: 'bruno', name: 'Bruno Rossi', role: 'administrator', flags: [] },
    { key: 'clara', name: 'Clara Crevoisier', role: 'collaborator', flags: ['billing.view'] },
    { key: 'eva', name: 'Eva Lang', role: 'external', flags: [] },
  ];
  for (const { key, name, role, flags } of guests) {
    const email = story.address(key);
    await story.api.post(story.inOrganization('/invitations'), {
      token: story.person('anna').token,
      body: { email, role, flags, locale: 'fr' },
      expect: 201,
    });
    const mail = await story.mail(email, /vous invite/);
    const { body } = await story.api.post<{ accountId: string; memberId: string }>('/v1/invitations/accept', {
      body: { token: tokenIn(mail.text), name, password },
    });
    const { accessToken } = await story.signIn({ email });
    story.people.set(key, { name, email, accountId: body.accountId, memberId: body.memberId, token: accessToken });
    story.say(`${name} accepted the invitation from the mail and is ${role}`);
  }
}

export async function rulesOfRolesHold(story: Story): Promise<void> {
  const [anna, bruno] = [story.person('anna'), story.person('bruno')];
  const members = await story.api.get<{ data: { id: string; accountId: string }[] }>(story.inOrganization('/members'), {
    token: anna.token,
  });
  const own = members.body.data.find(({ accountId }) => accountId === anna.accountId)!;
  const leaving = await story.api.delete<{ code: string }>(story.inOrganization(`/members/${own.id}`), {
    token: anna.token,
    expect: 409,
  });
  assert.equal(leaving.body.code, 'LAST_LEGAL_REPRESENTATIVE');
  const grabbing = await story.api.patch<{ code: string }>(story.inOrganization(`/members/${bruno.memberId}`), {
    token: bruno.token,
    body: { role: 'legal_representative' },
    expect: 403,
  });
  assert.equal(grabbing.body.code, 'ROLE_RESERVED');
  const stranger = await story.api.get<{ code: string }>(
    `/v1/organizations/${members.body.data[0]!.id.replace('mem_', 'org_')}`,
    { token: anna.token, expect: 404 },
  );
  assert.equal(stranger.body.code, 'ORGANIZATION_NOT_FOUND');
  story.say(
    `leaving as the last legal representative: ${leaving.body.code}; an administrator grabbing the role: ${grabbing.body.code}; a foreign organization: ${stranger.body.code}`,
  );
}

/** Signs up and confirms by the link in the mail. */
export async function signUp(story: Story, name: string, email: string): Promise<Tokens> {
  await story.api.post('/v1/sign-ups', { body: { email, password, name, locale: 'en' }, expect: 202 });
  const mail = await story.mail(email, /Confirm your address/);
  return (await story.api.post<Tokens>('/v1/sign-ups/confirm', { body: { token: tokenIn(mail.text) } })).body;
}

/** The token of the link in a mail. */
export const tokenIn = (text: string): string => /token=([\w-]+)/.exec(text)![1]!;
