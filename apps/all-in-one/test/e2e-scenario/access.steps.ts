import assert from 'node:assert/strict';
import type { Scenario } from './scenario.ts';

interface Explanation {
  isAllowed: boolean;
  text: string;
  refusal: string | null;
  chains: unknown[];
}

export async function annaCreatesTeam(scenario: Scenario): Promise<void> {
  const [anna, clara] = [scenario.person('anna'), scenario.person('clara')];
  const { body } = await scenario.api.post<{ id: string; memberAccountIds: string[] }>(
    scenario.organizationPath('/teams'),
    {
      token: anna.token,
      expect: 201,
      body: {
        name: 'Web',
        colour: 'blue',
        accountIds: [clara.accountId],
        leadAccountId: clara.accountId,
        grants: [
          {
            object: { kind: 'product', productId: scenario.result('web_hosting') },
            rights: ['technical', 'statistics'],
          },
        ],
      },
    },
  );
  assert.deepEqual(body.memberAccountIds, [clara.accountId]);
  const duplicate = await scenario.api.post<{ code: string }>(scenario.organizationPath('/teams'), {
    token: anna.token,
    body: { name: 'wéb' },
    expect: 409,
  });
  scenario.print(
    'one call created the team Web with Clara and two rights on the hosting; ' +
      `a second team named "wéb" was rejected: ${duplicate.body.code}`,
  );
}

export async function accessIsDecidedAndExplained(scenario: Scenario): Promise<void> {
  const [clara, eva] = [scenario.person('clara'), scenario.person('eva')];
  const question = `?right=technical&productId=${scenario.result('web_hosting')}`;
  const check = (token: string) =>
    scenario.api.get<{ isAllowed: boolean }>(scenario.organizationPath(`/access/check${question}`), { token });
  const explain = (token: string) =>
    scenario.api.get<Explanation>(scenario.organizationPath(`/access/explain${question}`), { token });
  assert.equal((await check(clara.token)).body.isAllowed, true);
  assert.equal((await check(eva.token)).body.isAllowed, false);
  const [claraExplanation, evaExplanation] = [(await explain(clara.token)).body, (await explain(eva.token)).body];
  assert.deepEqual(
    [claraExplanation.isAllowed, claraExplanation.chains.length, evaExplanation.isAllowed, evaExplanation.refusal],
    [true, 1, false, 'no_grant'],
  );
  scenario.print(`Clara: ${claraExplanation.text}`);
  scenario.print(`Eva: ${evaExplanation.text}`);
  const rejection = await scenario.api.get<{ code: string }>(
    scenario.organizationPath(`/access/explain${question}&accountId=${clara.accountId}`),
    { token: eva.token, expect: 403 },
  );
  scenario.print(`Eva asked about Clara and was rejected: ${rejection.body.code}`);
}

/** Shares a drive with the team, restricts a subfolder for one member, and restores the inheritance (PROD-2). */
export async function foldersInheritRights(scenario: Scenario): Promise<void> {
  const [anna, clara] = [scenario.person('anna'), scenario.person('clara')];
  const drive = scenario.organizationPath(`/products/${scenario.result('drive')}`);
  const teams = await scenario.api.get<{ data: { id: string; name: string }[] }>(scenario.organizationPath('/teams'), {
    token: anna.token,
  });
  const holder = { kind: 'team', teamId: teams.body.data.find(({ name }) => name === 'Web')!.id };
  const root = (await scenario.api.get<{ resources: { id: string }[] }>(drive, { token: anna.token })).body
    .resources[0]!.id;
  const subfolder = (
    await scenario.api.post<{ id: string }>(`${drive}/resources`, {
      token: anna.token,
      body: { kind: 'folder', name: 'Winter', parentId: root },
      expect: 201,
    })
  ).body.id;
  await scenario.api.post(scenario.organizationPath('/grants'), {
    token: anna.token,
    body: {
      holder,
      object: { kind: 'resource', productId: scenario.result('drive'), resourceId: root },
      right: 'change',
    },
    expect: 201,
  });
  /** Returns `change` or the reason of the refusal, for the root folder and the subfolder. */
  const rightsOfClara = async () =>
    Promise.all(
      [root, subfolder].map(async (resourceId) => {
        const explained = await scenario.api.get<Explanation>(
          scenario.organizationPath(
            `/access/explain?right=change&productId=${scenario.result('drive')}&resourceId=${resourceId}`,
          ),
          { token: clara.token },
        );
        return explained.body.refusal ?? 'change';
      }),
    );
  assert.deepEqual(await rightsOfClara(), ['change', 'change']);
  // A restriction without a right removes all rights that the holder inherits.
  const restriction = { holder: { kind: 'account', accountId: clara.accountId } };
  await scenario.api.post(`${drive}/resources/${subfolder}/restrictions`, { token: anna.token, body: restriction });
  const [rightOnRoot, refusalOnSubfolder] = await rightsOfClara();
  assert.deepEqual([rightOnRoot, refusalOnSubfolder], ['change', 'inheritance_restricted']);
  await scenario.api.post(`${drive}/resources/${subfolder}/restore-inheritance`, { token: anna.token, body: {} });
  assert.deepEqual(await rightsOfClara(), ['change', 'change']);
  scenario.print(
    'the drive is shared with the team; ' +
      `the restricted subfolder for Clara: ${refusalOnSubfolder}; after restoring the inheritance: change`,
  );
  scenario.results.set('folder', subfolder);
}

/** Lists the holders of a right and the access of a person. Then removes a grant and explains past access (ACC-2). */
export async function accessIsListed(scenario: Scenario): Promise<void> {
  const [anna, clara] = [scenario.person('anna'), scenario.person('clara')];
  const get = async <T>(path: string, token = anna.token) =>
    (await scenario.api.get<T>(scenario.organizationPath(path), { token })).body;
  const technicalOnHosting = `right=technical&productId=${scenario.result('web_hosting')}`;
  const holders = await get<{ data: { accountId: string; through: { via: string }[] }[] }>(
    `/access/holders?${technicalOnHosting}`,
  );
  // Clara has the right by a grant, Anna and Bruno by role.
  assert.deepEqual(holders.data.map(({ through }) => through.map(({ via }) => via).join()).sort(), [
    'grant',
    'role',
    'role',
  ]);
  const access = await get<{ data: { name: string; rights: string[]; resource: { name: string } | null }[] }>(
    '/access/rights',
    clara.token,
  );
  const entries = access.data
    .filter(({ rights }) => rights.length > 0)
    .map(({ name, resource, rights }) => `${resource?.name ?? name} (${rights.join(', ')})`);
  scenario.print(`Clara has access to ${entries.join('; ')}`);

  const explainPath = `/access/explain?${technicalOnHosting}&accountId=${clara.accountId}`;
  const { at } = await get<{ at: string }>(explainPath);
  const grants = await get<{ data: { id: string; right: string; object: { productId?: string } }[] }>('/grants');
  const grant = grants.data.find(
    ({ right, object }) => right === 'technical' && object.productId === scenario.result('web_hosting'),
  )!;
  await scenario.api.delete(scenario.organizationPath(`/grants/${grant.id}`), { token: anna.token, expect: 204 });
  const [now, before] = [
    await get<Explanation>(explainPath),
    await get<Explanation>(`${explainPath}&at=${encodeURIComponent(at)}`),
  ];
  assert.deepEqual([now.isAllowed, before.isAllowed, before.chains.length], [false, true, 1]);
  scenario.print(`after removing the grant: ${now.text} Before: ${before.text}`);
}
