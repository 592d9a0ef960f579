import assert from 'node:assert/strict';
import { signUp, tokenIn } from './people.steps.ts';
import type { Scenario } from './scenario.ts';

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
  retainedUserCount: number;
  notCarriedOver: string[];
}

/**
 * Transfers a product to a person without an account (PROD-5). The preview shows the grants that the transfer removes.
 * A product with an open debt cannot be transferred.
 */
export async function productIsTransferred(scenario: Scenario): Promise<void> {
  const [anna, clara] = [scenario.person('anna'), scenario.person('clara')];
  const preview = async (type: string) =>
    (
      await scenario.api.get<Preview>(
        scenario.organizationPath(`/products/${scenario.result(type)}/transfer-preview`),
        {
          token: anna.token,
        },
      )
    ).body;
  const offerTo = (email: string, type: string, { expect }: { expect: number }) =>
    scenario.api.post<{ code: string }>(scenario.organizationPath(`/products/${scenario.result(type)}/transfers`), {
      token: anna.token,
      body: { to: { kind: 'email', email } },
      expect,
    });
  const email = scenario.addressOf('dora');

  assert.equal((await preview('drive')).refusal, 'WARRANTY_DEBT_OPEN');
  scenario.print(
    `offering the drive, which has an open debt: ${(await offerTo(email, 'drive', { expect: 409 })).body.code}`,
  );
  const { refusal, grantCount, detached } = await preview('web_hosting');
  assert.deepEqual([refusal, grantCount], [null, 1]);
  scenario.print(`the transfer of the hosting removes ${grantCount} grant and ${detached.join(', ')}`);
  await offerTo(email, 'web_hosting', { expect: 201 });

  const mail = await scenario.waitForMail(email, /A product is offered to you|Un produit vous est proposé/);
  const { organizationId } = await signUp(scenario, 'Dora Meier', email);
  const { accessToken: token } = await scenario.signIn({ email });
  const offerToken = tokenIn(mail.text);
  const { body: offered } = await scenario.api.post<Offer>('/v1/transfers/describe', {
    token,
    body: { token: offerToken },
  });
  const { retainedUserCount, price, dueOn } = offered;
  scenario.print(
    `Dora signs up and sees the offer: ${offered.name} of ${offered.fromOrganizationName}, ` +
      `due ${dueOn}, ${price.amount / 100} ${price.currency} net`,
  );
  await scenario.api.post(`/v1/organizations/${organizationId}/transfers/accept`, {
    token,
    body: { token: offerToken, retainedUserCount, price, dueOn },
  });

  const productsOf = async (ownerId: string, accessToken: string) =>
    (
      await scenario.api.get<{ data: { id: string }[] }>(`/v1/organizations/${ownerId}/products`, {
        token: accessToken,
      })
    ).body.data.map(({ id }) => id);
  assert.deepEqual(
    [
      await productsOf(organizationId, token),
      (await productsOf(scenario.result('organization'), anna.token)).includes(scenario.result('web_hosting')),
    ],
    [[scenario.result('web_hosting')], false],
  );
  const question = `/access/check?right=technical&productId=${scenario.result('web_hosting')}`;
  assert.equal(
    (await scenario.api.get<{ isAllowed: boolean }>(scenario.organizationPath(question), { token: clara.token })).body
      .isAllowed,
    false,
  );
  const renewal = await scenario.waitFor('the renewal of the hosting in the new organization', async () => {
    const { body } = await scenario.api.get<{ data: { productId: string; dueOn: string }[] }>(
      `/v1/organizations/${organizationId}/renewals?within=all`,
      { token },
    );
    return body.data.find(({ productId }) => productId === scenario.result('web_hosting'));
  });
  assert.equal(renewal.dueOn, offered.dueOn);
  scenario.print(`the hosting belongs to Dora's organization and renews on ${renewal.dueOn} as before`);
  scenario.print("Clara's team has lost its rights on the hosting");
}
