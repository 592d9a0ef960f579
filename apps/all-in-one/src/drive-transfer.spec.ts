import { afterAll, beforeAll, expect, it, jest } from '@jest/globals';
import { setTimeout as sleep } from 'node:timers/promises';
import { changeMember, listMembers } from '@cordee/contracts/identity/member';
import { addResource, getProduct } from '@cordee/contracts/products/product';
import { offerTransfer } from '@cordee/contracts/products/transfer';
import { acceptTransfer } from '@cordee/contracts/products/transfer-offer';
import { describeRenewal, detachRenewal } from '@cordee/contracts/renewals/renewal';
import { encode } from '@cordee/messaging/reply';
import { checkAccess } from '@cordee/contracts/teams/access';
import { giveGrant } from '@cordee/contracts/teams/grant';
import { DomainError } from '@cordee/contracts/domain-error';
import { LocalBus } from '@cordee/messaging/local-bus';
import { waitFor } from '@cordee/testing/wait-for';
import { TestServices, type SignedIn } from '../test/test-services.ts';

type ProductId = `prd_${string}`;
const terms = {
  interval: 'yearly',
  currency: 'CHF',
  anchor: '2026-01-31',
  periodStart: '2026-01-31',
  periodEnd: '2027-01-31',
  hasExpired: false,
};
let services: TestServices;
let [oldOwner, newOwner, ben, eva]: SignedIn[] = [];

beforeAll(async () => {
  services = await TestServices.start();
  // The renewals service does not run in this test, so the bus answers for it.
  const renewals = await services.processContext.connect('renewals');
  await renewals.serve(describeRenewal.subject, 'renewals', async () =>
    encode({ output: { terms, isAutomatic: false, isWarranted: false, openPeriods: 0 } }),
  );
  await renewals.serve(detachRenewal.subject, 'renewals', async () => encode({ output: { terms } }));
  [oldOwner, newOwner, ben, eva] = await Promise.all(
    ['oldOwner', 'newOwner', 'ben', 'eva'].map((name) => services.signUp(`${name}@alpine.example`)),
  );
  for (const person of [ben!, eva!]) await services.invite(oldOwner!, person, 'collaborator');
}, 120_000);
afterAll(() => services.stop(), 30_000);

async function buyDrive(): Promise<ProductId> {
  const { organizationId } = oldOwner!;
  const productId = await services.payOrder(oldOwner!, { type: 'drive', name: 'Files' });
  await waitFor(
    () =>
      services.call(getProduct, { organizationId, productId }, oldOwner!.token).then(
        () => true,
        () => false,
      ),
    'the drive',
  );
  return productId;
}

async function hasRight(
  person: SignedIn,
  { organizationId }: SignedIn,
  question: { right: string; productId: ProductId; resourceId?: `res_${string}` },
): Promise<boolean> {
  try {
    return (await services.call(checkAccess, { organizationId, ...question }, person.token)).isAllowed;
  } catch (error) {
    // The person is not a member of the organization yet, or is blocked there.
    if (error instanceof DomainError && ['ORGANIZATION_NOT_FOUND', 'PERMISSION_DENIED'].includes(error.code))
      return false;
    throw error;
  }
}

it('after a transfer, users of a drive keep it and their folders; a blocked user stays blocked (PROD-5)', async () => {
  const { organizationId, token } = oldOwner!;
  const productId = await buyDrive();
  const folders = new Map<SignedIn, `res_${string}`>();
  for (const person of [ben!, eva!]) {
    const { accountId } = person;
    await services.call(
      giveGrant,
      { organizationId, holder: { kind: 'account', accountId }, object: { kind: 'product', productId }, right: 'user' },
      token,
    );
    folders.set(
      person,
      (
        await services.call(
          addResource,
          { organizationId, productId, kind: 'folder', name: person.email, ownerAccountId: accountId },
          token,
        )
      ).id,
    );
  }
  const findMember = async ({ organizationId: searchedId, token: caller }: SignedIn, { accountId }: SignedIn) =>
    (await services.call(listMembers, { organizationId: searchedId }, caller)).data.find(
      (member) => member.accountId === accountId,
    )!;
  await services.call(
    changeMember,
    { organizationId, memberId: (await findMember(oldOwner!, eva!)).id, isBlocked: true },
    token,
  );
  const { link } = await services.call(offerTransfer, { organizationId, productId, to: { kind: 'link' } }, token);
  await services.call(
    acceptTransfer,
    { organizationId: newOwner!.organizationId, token: new URL(link!).searchParams.get('token')! },
    newOwner!.token,
  );
  /** Returns three answers: may the person use the drive, view their own folder, administer the drive? */
  const rightsOf = async (person: SignedIn) => [
    await hasRight(person, newOwner!, { right: 'user', productId }),
    await hasRight(person, newOwner!, { right: 'view', productId, resourceId: folders.get(person)! }),
    await hasRight(person, newOwner!, { right: 'admin', productId }),
  ];
  await waitFor(async () => {
    const [mayUseDrive, mayViewFolder] = await rightsOf(ben!);
    return mayUseDrive! && mayViewFolder!;
  }, 'the access that Ben keeps');
  expect([await rightsOf(ben!), await rightsOf(eva!)]).toEqual([
    [true, true, false],
    [false, false, false],
  ]);
  await services.call(
    changeMember,
    { organizationId: newOwner!.organizationId, memberId: (await findMember(newOwner!, eva!)).id, isBlocked: false },
    newOwner!.token,
  );
  expect(await rightsOf(eva!)).toEqual([true, true, false]);
}, 60_000);

it('a transfer keeps the access of a user if events arrive before the access cache is notified (PROD-5)', async () => {
  const receiver = await services.signUp('late@alpine.example');
  const { organizationId, token } = oldOwner!;
  const { accountId } = ben!;
  const productId = await buyDrive();
  await services.call(
    giveGrant,
    { organizationId, holder: { kind: 'account', accountId }, object: { kind: 'product', productId }, right: 'user' },
    token,
  );
  const { id: resourceId } = await services.call(
    addResource,
    { organizationId, productId, kind: 'folder', name: 'plans', ownerAccountId: accountId },
    token,
  );
  const { link } = await services.call(offerTransfer, { organizationId, productId, to: { kind: 'link' } }, token);
  // The access cache has a valid snapshot of the receiver: only a notification makes it load a new one.
  await services.processContext.access.forOrganization(receiver.organizationId);
  const restoreNotifications = await delayNotifications();
  try {
    await services.call(
      acceptTransfer,
      { organizationId: receiver.organizationId, token: new URL(link!).searchParams.get('token')! },
      receiver.token,
    );
    await waitFor(
      async () =>
        (await hasRight(ben!, receiver, { right: 'user', productId })) &&
        (await hasRight(ben!, receiver, { right: 'view', productId, resourceId })),
      'the access that Ben keeps',
    );
  } finally {
    restoreNotifications();
  }
}, 60_000);

/** Shorter than the 250 ms in which a process must confirm a notification, so the confirmation is in time. */
const NOTIFICATION_DELAY_MS = 80;

/** Delays the notifications of access changes. Returns a function that ends the delay. */
async function delayNotifications(): Promise<() => void> {
  const bus = await services.processContext.connect('gateway');
  const spy = jest.spyOn(bus, 'request');
  const request = LocalBus.prototype.request.bind(bus as LocalBus);
  spy.mockImplementation(async (subject, ...rest) => {
    if (subject.startsWith('sync.access.changed.')) await sleep(NOTIFICATION_DELAY_MS);
    return request(subject, ...rest);
  });
  return () => spy.mockRestore();
}
