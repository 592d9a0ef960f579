import { getMe } from '@cordee/contracts/identity/account';
import { PrivateBroker } from '@cordee/testing/messaging/private-broker';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { IdentityFixture, type Person } from '../../test/identity.fixture.ts';

const [addressOfSam, addressOfAnna] = ['sam@provider.example', 'anna@provider.example'];
let broker: PrivateBroker;
let fixture: IdentityFixture;
beforeAll(async () => {
  // Both replicas use a private broker. On the shared broker, an identity service of another suite would handle some of
  // the calls.
  broker = await PrivateBroker.start();
  fixture = await IdentityFixture.start({ STAFF_EMAILS: addressOfSam, NATS_URL: broker.url });
});
afterAll(async () => {
  await fixture.service.stop();
  await broker.remove();
});

const isStaff = async ({ as }: Person): Promise<boolean> => (await fixture.service.call(getMe, {}, as)).isStaff;

it('a new list of addresses makes accounts staff accounts, and ends the staff rights of others', async () => {
  const [accountOfSam, accountOfAnna] = [
    await fixture.signUp('Sam', addressOfSam),
    await fixture.signUp('Anna', addressOfAnna),
  ];
  expect([await isStaff(accountOfSam), await isStaff(accountOfAnna)]).toEqual([true, false]);
  const replica = await fixture.service.startReplica({ STAFF_EMAILS: addressOfAnna.toUpperCase() });
  expect([await isStaff(accountOfSam), await isStaff(accountOfAnna)]).toEqual([false, true]);
  await replica.stop();
});
