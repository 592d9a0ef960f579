import assert from 'node:assert/strict';
import { signUp, tokenIn } from './people.steps.ts';
import type { Story } from './scenario.ts';

interface Preview {
  grantCount: number;
  detached: string[];
  refusal: string | null;
}
interface Offer {
  name: string;
  fromOrganizationName: string;
  dueOn: string;
  price: { amount: number; currency: string };
  keptPeopleCount: number;
  notCarriedOver: string[];
}

/** A product is given to somebody who has no account yet; what it loses is shown before, and a debt on it holds it back (PROD-5). */
export async function productMoves(story: Story): Promise<void> {
  const [anna, clara] = [story.person('anna'), story.person('clara')];
  const preview = async (type: string) =>
    (
      await story.api.get<Preview>(story.inOrganization(`/products/${story.get(type)}/transfer-preview`), {
        token: anna.token,
      })
    ).body;
  const offer = (type: string, email: string, expect: number) =>
    story.api.post<{ code: string }>(story.inOrganization(`/products/${story.get(type)}/transfers`), {
      token: anna.token,
      body: { to: { kind: 'email', email } },
      expect,
    });
  const email = story.address('dora');

  assert.equal((await preview('drive')).refusal, 'WARRANTY_DEBT_OPEN');
  story.say(`the drive, renewed on credit and not paid: ${(await offer('drive', email, 409)).body.code}`);
  const lost = await preview('web_hosting');
  assert.deepEqual([lost.refusal, lost.grantCount], [null, 1]);
  story.say(`the hosting would lose ${lost.grantCount} grant and ${lost.detached.join(', ')}`);
  await offer('web_hosting', email, 201);

  const mail = await story.mail(email, /alpine\.example/);
  const { organizationId } = await signUp(story, 'Dora Meier', email);
  const { accessToken: token } = await story.signIn({ email });
  const link = tokenIn(mail.text);
  const { body: offered } = await story.api.post<Offer>('/v1/transfers/describe', { token, body: { token: link } });
  story.say(
    `Dora signs up from the mail and is shown ${offered.name} of ${offered.fromOrganizationName}, due ${offered.dueOn}, ${offered.price.amount / 100} ${offered.price.currency} net`,
  );
  const { keptPeopleCount, price, dueOn } = offered;
  await story.api.post(`/v1/organizations/${organizationId}/transfers/accept`, {
    token,
    body: { token: link, keptPeopleCount, price, dueOn },
  });

  const productsOf = async (organization: string, as: string) =>
    (
      await story.api.get<{ data: { id: string }[] }>(`/v1/organizations/${organization}/products`, { token: as })
    ).body.data.map(({ id }) => id);
  assert.deepEqual(
    [
      await productsOf(organizationId, token),
      (await productsOf(story.get('organization'), anna.token)).includes(story.get('web_hosting')),
    ],
    [[story.get('web_hosting')], false],
  );
  const question = `/access/check?right=technical&productId=${story.get('web_hosting')}`;
  assert.equal(
    (await story.api.get<{ isAllowed: boolean }>(story.inOrganization(question), { token: clara.token })).body
      .isAllowed,
    false,
  );
  const renewal = await story.until('its renewal in the new organization', async () => {
    const { body } = await story.api.get<{ data: { productId: string; dueOn: string }[] }>(
      `/v1/organizations/${organizationId}/renewals?within=all`,
      { token },
    );
    return body.data.find(({ productId }) => productId === story.get('web_hosting'));
  });
  assert.equal(renewal.dueOn, offered.dueOn);
  story.say(`it is hers, renews on ${renewal.dueOn} as before, and Clara’s team has lost it`);
}
