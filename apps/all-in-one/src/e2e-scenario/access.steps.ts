import assert from 'node:assert/strict';
import type { Story } from './scenario.ts';

interface Explanation {
  isAllowed: boolean;
  text: string;
  refusal: string | null;
  chains: unknown[];
}

export async function teamIsMade(story: Story): Promise<void> {
  const [anna, clara] = [story.person('anna'), story.person('clara')];
  const { body } = await story.api.post<{ id: string; memberAccountIds: string[] }>(story.inOrganization('/teams'), {
    token: anna.token,
    expect: 201,
    body: {
      name: 'Web',
      colour: 'blue',
      accountIds: [clara.accountId],
      leadAccountId: clara.accountId,
      grants: [
        { object: { kind: 'product', productId: story.get('web_hosting') }, rights: ['technical', 'statistics'] },
      ],
    },
  });
  assert.deepEqual(body.memberAccountIds, [clara.accountId]);
  const again = await story.api.post<{ code: string }>(story.inOrganization('/teams'), {
    token: anna.token,
    body: { name: 'wéb' },
    expect: 409,
  });
  story.say(
    `team Web with the hosting, two rights and Clara in one call; a second one called "wéb": ${again.body.code}`,
  );
}

export async function collaboratorMayExternalMayNot(story: Story): Promise<void> {
  const [clara, eva] = [story.person('clara'), story.person('eva')];
  const question = `?right=technical&productId=${story.get('web_hosting')}`;
  const check = (token: string) =>
    story.api.get<{ isAllowed: boolean }>(story.inOrganization(`/access/check${question}`), { token });
  const explain = (token: string) =>
    story.api.get<Explanation>(story.inOrganization(`/access/explain${question}`), { token });
  assert.equal((await check(clara.token)).body.isAllowed, true);
  assert.equal((await check(eva.token)).body.isAllowed, false);
  const [yes, no] = [(await explain(clara.token)).body, (await explain(eva.token)).body];
  assert.deepEqual([yes.isAllowed, yes.chains.length, no.isAllowed, no.refusal], [true, 1, false, 'no_grant']);
  story.say(`Clara: ${yes.text}`);
  story.say(`Eva: ${no.text}`);
  const others = await story.api.get<{ code: string }>(
    story.inOrganization(`/access/explain${question}&accountId=${clara.accountId}`),
    { token: eva.token, expect: 403 },
  );
  story.say(`Eva asking about Clara: ${others.body.code}`);
}

/** A folder is shared with the team, one person of it is taken out of a folder inside, and let in again (PROD-2). */
export async function foldersInherit(story: Story): Promise<void> {
  const [anna, clara] = [story.person('anna'), story.person('clara')];
  const drive = story.inOrganization(`/products/${story.get('drive')}`);
  const teams = await story.api.get<{ data: { id: string; name: string }[] }>(story.inOrganization('/teams'), {
    token: anna.token,
  });
  const holder = { kind: 'team', teamId: teams.body.data.find(({ name }) => name === 'Web')!.id };
  const root = (await story.api.get<{ resources: { id: string }[] }>(drive, { token: anna.token })).body.resources[0]!
    .id;
  const inside = (
    await story.api.post<{ id: string }>(`${drive}/resources`, {
      token: anna.token,
      body: { kind: 'folder', name: 'Winter', parentId: root },
      expect: 201,
    })
  ).body.id;
  await story.api.post(story.inOrganization('/grants'), {
    token: anna.token,
    body: { holder, object: { kind: 'resource', productId: story.get('drive'), resourceId: root }, right: 'change' },
    expect: 201,
  });
  const levels = async () =>
    Promise.all(
      [root, inside].map(async (resourceId) => {
        const explained = await story.api.get<Explanation>(
          story.inOrganization(`/access/explain?right=change&productId=${story.get('drive')}&resourceId=${resourceId}`),
          { token: clara.token },
        );
        return explained.body.refusal ?? 'change';
      }),
    );
  assert.deepEqual(await levels(), ['change', 'change']);
  const taken = { holder: { kind: 'account', accountId: clara.accountId } };
  await story.api.post(`${drive}/resources/${inside}/restrictions`, { token: anna.token, body: taken });
  const restricted = await levels();
  assert.deepEqual(restricted, ['change', 'inheritance_restricted']);
  await story.api.post(`${drive}/resources/${inside}/restore-inheritance`, { token: anna.token, body: {} });
  assert.deepEqual(await levels(), ['change', 'change']);
  story.say(
    `the drive is shared with the team; Clara, taken out of the folder inside: ${restricted[1]}; inheritance restored: change`,
  );
  story.known.set('folder', inside);
}

/** Who has access, what somebody can reach and through what; and what it was before it was taken away (ACC-2). */
export async function accessIsListed(story: Story): Promise<void> {
  const [anna, clara] = [story.person('anna'), story.person('clara')];
  const ask = async <T>(path: string, token = anna.token) =>
    (await story.api.get<T>(story.inOrganization(path), { token })).body;
  const technical = `right=technical&productId=${story.get('web_hosting')}`;
  const holders = await ask<{ data: { accountId: string; through: { via: string }[] }[] }>(
    `/access/holders?${technical}`,
  );
  assert.deepEqual(holders.data.map(({ through }) => through.map(({ via }) => via).join()).sort(), [
    'grant',
    'role',
    'role',
  ]);
  const reach = await ask<{ data: { name: string; rights: string[]; resource: { name: string } | null }[] }>(
    '/access/rights',
    clara.token,
  );
  story.say(
    `Clara reaches ${reach.data
      .filter(({ rights }) => rights.length > 0)
      .map(({ name, resource, rights }) => `${resource?.name ?? name} (${rights.join(', ')})`)
      .join('; ')}`,
  );

  const { at } = await ask<{ at: string }>(`/access/explain?${technical}&accountId=${clara.accountId}`);
  const grants = await ask<{ data: { id: string; right: string; object: { productId?: string } }[] }>('/grants');
  const grant = grants.data.find(
    ({ right, object }) => right === 'technical' && object.productId === story.get('web_hosting'),
  )!;
  await story.api.delete(story.inOrganization(`/grants/${grant.id}`), { token: anna.token, expect: 204 });
  const [now, then] = [
    await ask<Explanation>(`/access/explain?${technical}&accountId=${clara.accountId}`),
    await ask<Explanation>(`/access/explain?${technical}&accountId=${clara.accountId}&at=${encodeURIComponent(at)}`),
  ];
  assert.deepEqual([now.isAllowed, then.isAllowed, then.chains.length], [false, true, 1]);
  story.say(`taken away: ${now.text} A moment ago: ${then.text}`);
}
