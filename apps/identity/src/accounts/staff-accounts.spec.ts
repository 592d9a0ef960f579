import { getMe } from '@cordee/contracts/identity/account';
import { PrivateBroker } from '@cordee/testing/messaging/private-broker';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { IdentityFixture, type Person } from '../../test/identity.fixture.ts';

const [sam, anna] = ['sam@provider.example', 'anna@provider.example'];
let broker: PrivateBroker;
let fixture: IdentityFixture;
beforeAll(async () => {
  // Both replicas use a private broker. On the shared broker, an identity service of another suite would handle some of
  // the calls.
  broker = await PrivateBroker.start();
  fixture = await IdentityFixture.start({ STAFF_EMAILS: sam, NATS_URL: broker.url });
});
afterAll(async () => {
  await fixture.service.stop();
  await broker.remove();
});

const isStaff = async ({ as }: Person): Promise<boolean> => (await fixture.service.call(getMe, {}, as)).isStaff;

it('a new list of addresses makes accounts staff accounts, and ends the staff rights of others', async () => {
  const [samsAccount, annasAccount] = [await fixture.signUp('Sam', sam), await fixture.signUp('Anna', anna)];
  expect([await isStaff(samsAccount), await isStaff(annasAccount)]).toEqual([true, false]);
  const replica = await fixture.service.startReplica({ STAFF_EMAILS: anna.toUpperCase() });
  expect([await isStaff(samsAccount), await isStaff(annasAccount)]).toEqual([false, true]);
  await replica.stop();
});
