import assert from 'node:assert/strict';
import type { Story } from './story.ts';

interface Explanation { isAllowed: boolean; text: string; refusal: string | null; chains: unknown[] }

export async function teamIsMade(story: Story): Promise<void> {
  const [anna, clara] = [story.person('anna'), story.person('clara')];
  const { body } = await story.api.post<{ id: string; memberAccountIds: string[] }>(story.inOrganization('/teams'), {
    token: anna.token, expect: 201,
    body: {
      name: 'Web', colour: 'blue', accountIds: [clara.accountId], leadAccountId: clara.accountId,
      grants: [{ object: { kind: 'product', productId: story.get('web_hosting') }, rights: ['technical', 'statistics'] }],
    },
  });
  assert.deepEqual(body.memberAccountIds, [clara.accountId]);
  const again = await story.api.post<{ code: string }>(story.inOrganization('/teams'), { token: anna.token, body: { name: 'wéb' }, expect: 409 });
  story.say(`team Web with the hosting, two rights and Clara in one call; a second one called "wéb": ${again.body.code}`);
}

export async function collaboratorMayExternalMayNot(story: Story): Promise<void> {
  const [clara, eva] = [story.person('clara'), story.person('eva')];
  const question = `?right=technical&productId=${story.get('web_hosting')}`;
  const check = (token: string) => story.api.get<{ isAllowed: boolean }>(story.inOrganization(`/access/check${question}`), { token });
  const explain = (token: string) => story.api.get<Explanation>(story.inOrganization(`/access/explain${question}`), { token });
  assert.equal((await check(clara.token)).body.isAllowed, true);
  assert.equal((await check(eva.token)).body.isAllowed, false);
  const [yes, no] = [(await explain(clara.token)).body, (await explain(eva.token)).body];
  assert.deepEqual([yes.isAllowed, yes.chains.length, no.isAllowed, no.refusal], [true, 1, false, 'no_grant']);
  story.say(`Clara: ${yes.text}`);
  story.say(`Eva: ${no.text}`);
  const others = await story.api.get<{ code: string }>(story.inOrganization(`/access/explain${question}&accountId=${clara.accountId}`), { token: eva.token, expect: 403 });
  story.say(`Eva asking about Clara: ${others.body.code}`);
}
