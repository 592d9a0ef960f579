import assert from 'node:assert/strict';
import type { Scenario } from './scenario.ts';

interface MethodList {
  data: { id: string; status: string; card: { lastFour: string } | null }[];
}

/** The test card with the behaviour `success`. */
const TEST_CARD = '4000000000000010';

/** Stores a card on the page of the card simulator, which notifies billing over HTTP. Then deletes the stored card. */
export async function cardIsStored(scenario: Scenario): Promise<void> {
  const { token } = scenario.person('bruno');
  const path = scenario.organizationPath('/payment-methods');
  const { body } = await scenario.api.post<{ methodId: string; url: string }>(path, { token, expect: 201 });
  const { pathname, search, searchParams } = new URL(body.url);
  const page = await scenario.api.get(pathname + search);
  assert.match(page.bytes.toString(), /<form id="pay">/);
  const link = { token: searchParams.get('token') };
  const { body: payment } = await scenario.api.post<{ amount: null; cards: unknown[] }>('/v1/card-simulator/describe', {
    body: link,
  });
  assert.equal(payment.amount, null);
  await scenario.api
    .post('/v1/card-simulator/pay', { body: { ...link, number: TEST_CARD, isConfirmed: true } })
    // The scenario may have killed billing after billing used the card and before the reply.
    .catch((error: unknown) => scenario.print(`the card was used before: ${String(error)}`));
  const method = await scenario.waitFor('usable payment method', async () =>
    (await scenario.api.get<MethodList>(path, { token })).body.data.find(
      ({ id, status }) => id === body.methodId && status === 'usable',
    ),
  );
  assert.equal(method.card!.lastFour, TEST_CARD.slice(-4));
  scenario.print(`the card that ends with ${method.card!.lastFour} is stored`);
  await scenario.api.delete(`${path}/${method.id}`, { token, expect: 204 });
}
