import { getMe } from '@cordee/contracts/identity/account';
import { serverUrl } from '@cordee/testing/test-environment';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { IdentityFixture, type Person } from '../../test/identity.fixture.ts';

const [sam, anna] = ['sam@provider.example', 'anna@provider.example'];
let fixture: IdentityFixture;
beforeAll(async () => {
  fixture = await IdentityFixture.start({ STAFF_EMAILS: sam, NATS_URL: serverUrl('NATS_URL') });
});
afterAll(() => fixture.service.stop());

const isStaff = async ({ as }: Person): Promise<boolean> => (await fixture.service.call(getMe, {}, as)).isStaff;

it('a new list of addresses makes accounts staff accounts, and ends the staff rights of others', async () => {
  const [samsAccount, annasAccount] = [await fixture.signUp('Sam', sam), await fixture.signUp('Anna', anna)];
  expect([await isStaff(samsAccount), await isStaff(annasAccount)]).toEqual([true, false]);
  const replica = await fixture.service.startReplica({ STAFF_EMAILS: anna.toUpperCase() });
  expect([await isStaff(samsAccount), await isStaff(annasAccount)]).toEqual([false, true]);
  await replica.stop();
});
