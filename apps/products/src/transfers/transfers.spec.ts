import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { orderPaid } from '@cordee/contracts/billing/order';
import { DomainError } from '@cordee/contracts/domain-error';
import { newId } from '@cordee/contracts/id';
import { getRecipient } from '@cordee/contracts/identity/account';
import { describeOrganization, listMyOrganizations } from '@cordee/contracts/identity/organization';
import { memberRemoved, membersKept } from '@cordee/contracts/identity/member';
import {
  blockProduct,
  addResource,
  describeResource,
  getProduct,
  listProductResources,
  listProducts,
} from '@cordee/contracts/products/product';
import { getProductSnapshot } from '@cordee/contracts/products/product-snapshot';
import { setPrice } from '@cordee/contracts/products/price';
import { reinstateProductType, retireProductType } from '@cordee/contracts/products/product-type';
import {
  acceptTransfer,
  cancelTransfer,
  declineTransfer,
  describeTransfer,
  getTransferMail,
  getTransferOutcome,
  listMyTransfers,
  listTransfers,
  offerTransfer,
  previewTransfer,
  productReceived,
} from '@cordee/contracts/products/transfer';
import type { EventData, Input } from '@cordee/contracts/contract';
import type { Role } from '@cordee/contracts/permissions';
import { describeRenewal, detachRenewal } from '@cordee/contracts/renewals/renewal';
import { callHeaders } from '@cordee/messaging/call';
import { encode } from '@cordee/messaging/reply';
import { TestService, uuid, type Caller } from '@cordee/testing/test-service';
import { productsService } from '../products.service.ts';
import { hashSecret } from './transfer-token.ts';

type OrganizationId = `org_${string}`;
type AccountId = `acc_${string}`;
type ProductId = `prd_${string}`;
let test: TestService;
const id = <P extends 'acc' | 'org' | 'prd' | 'ord' | 'inv' | 'mem' | 'grt' | 'team'>(prefix: P) =>
  newId(prefix, new Date());
const terms = {
  interval: 'yearly' as const,
  currency: 'CHF' as const,
  anchor: '2026-01-31',
  periodStart: '2026-01-31',
  periodEnd: '2027-01-31',
  hasExpired: false,
};

/** What renewals knows: how often it was asked to let a product go, and what it answers; a code is a refusal, `lost` an answer that never comes. */
const detachments = new Map<string, string[]>();
const answers = new Map<string, string>();
const openPeriods = new Map<string, number>();
/** Where it is another one than in the terms. */
const periodEnds = new Map<string, string>();
const emails = new Map<AccountId, string>();
const memberships = new Map<AccountId, { organizationId: OrganizationId; role: Role; lacksSecondFactor?: boolean }[]>();
const organization = (organizationId: OrganizationId) => ({
  id: organizationId,
  name: 'Alpine Rescue',
  legalForm: 'company' as const,
  country: 'CH',
  locale: 'fr' as const,
  timeZone: 'Europe/Zurich',
  currency: 'CHF' as const,
  createdAt: '2026-01-01T00:00:00.000Z',
});

beforeAll(async () => {
  test = await TestService.start(productsService, { PUBLIC_URL: 'https://console.example' });
  await test.answer(getRecipient, ({ accountId }) => ({
    accountId,
    email: emails.get(accountId) ?? 'nobody@example.ch',
    name: 'Anna Keller',
    locale: 'de' as const,
  }));
  await test.answer(describeOrganization, ({ organizationId }) => organization(organizationId));
  await test.answer(describeRenewal, ({ productId }) => {
    const periodEnd = periodEnds.get(productId) ?? terms.periodEnd;
    if (periodEnd === 'unknown') throw new DomainError('RENEWAL_NOT_FOUND');
    return {
      terms: { ...terms, periodEnd },
      isAutomatic: true,
      isWarranted: true,
      openPeriods: openPeriods.get(productId) ?? 0,
    };
  });
  await test.bus.serve(listMyOrganizations.subject, 'identity', async ({ headers }) => {
    const [, payload] = headers[callHeaders.token]!.split('.');
    const { sub } = JSON.parse(Buffer.from(payload!, 'base64url').toString()) as { sub: AccountId };
    return encode({
      output: {
        data: (memberships.get(sub) ?? []).map(({ organizationId, role, lacksSecondFactor = false }) => ({
          organization: organization(organizationId),
          role,
          lacksSecondFactor,
        })),
      },
    });
  });
  await test.answer(detachRenewal, ({ productId, transferId }) => {
    detachments.set(productId, [...(detachments.get(productId) ?? []), transferId]);
    const answer = answers.get(productId);
    // As a crash between the question and its answer looks to whoever asked.
    if (answer) throw new DomainError(answer === 'lost' ? 'SERVICE_UNAVAILABLE' : answer);
    return { terms };
  });
});
afterAll(() => test.stop());
beforeEach(() => answers.clear());

interface Customer {
  organizationId: OrganizationId;
  chief: AccountId;
  ben: AccountId;
  eva: AccountId;
  as: { chief: Caller; ben: Caller; eva: Caller };
}

function customer(chief: AccountId = id('acc')): Customer {
  const [organizationId, ben, eva] = [id('org'), id('acc'), id('acc')];
  const person = (accountId: AccountId, role: Role) => ({
    accountId,
    memberId: id('mem'),
    role,
    flags: [],
    isBlocked: false,
  });
  test.stubbedSnapshots.people.set(organizationId, [
    person(chief, 'administrator'),
    person(ben, 'collaborator'),
    person(eva, 'external'),
  ]);
  memberships.set(chief, [...(memberships.get(chief) ?? []), { organizationId, role: 'administrator' }]);
  return {
    organizationId,
    chief,
    ben,
    eva,
    as: { chief: { account: chief }, ben: { account: ben }, eva: { account: eva } },
  };
}

async function buy({ organizationId }: Customer, type = 'drive'): Promise<ProductId> {
  const productId = id('prd');
  const line = {
    productId,
    type,
    name: 'Files',
    interval: 'yearly' as const,
    price: { amount: 6_700, currency: 'CHF' as const },
    isAutomaticRenewal: true,
    isWarranted: true,
    periodStart: '2026-01-31',
    periodEnd: '2027-01-31',
  };
  await test.publishEvent(orderPaid, { organizationId, orderId: id('ord'), invoiceId: id('inv'), lines: [line] });
  return productId;
}

type Target = Input<typeof offerTransfer>['to'];
const offer = (from: Customer, productId: ProductId, to: unknown = { kind: 'link' }, as = from.as.chief) =>
  test.call(offerTransfer, { organizationId: from.organizationId, productId, to: to as Target }, as);
const tokenOf = (link: string | null): string => new URL(link!).searchParams.get('token')!;
const byLink = async (from: Customer, productId: ProductId): Promise<string> =>
  tokenOf((await offer(from, productId)).link);
const accept = (to: Customer, token: string) =>
  test.call(acceptTransfer, { organizationId: to.organizationId, token }, to.as.chief);
const codeOfAccept = (to: Customer, token: string, as: Caller = to.as.chief) =>
  test.codeOf(acceptTransfer, { organizationId: to.organizationId, token }, as);
const has = async ({ organizationId, as }: Customer, productId: ProductId): Promise<boolean> =>
  (await test.call(listProducts, { organizationId }, as.chief)).data.some((product) => product.id === productId);
const eventsOf = async (entityId: string) =>
  (await test.outbox())
    .filter(({ event }) => event.subject === entityId)
    .map(({ type, data, event }) => ({ type: type.replace('products.', ''), data, event }));
const receivedOf = async (productId: ProductId) =>
  (await eventsOf(productId)).findLast(({ type }) => type === 'product.received')!.data as EventData<
    typeof productReceived
  >;
const transferOf = async (productId: ProductId) =>
  (
    await test.rows(`select * from transfer where product_id = $1 order by created_at desc, id desc limit 1`, [
      uuid(productId),
    ])
  )[0]!;
const moveBy = (milliseconds: number) =>
  test.moveClockTo(new Date(test.process.clock.now().getTime() + milliseconds).toISOString());
type Person = NonNullable<ReturnType<typeof test.stubbedSnapshots.people.get>>[number];
const changePeople = ({ organizationId }: Customer, change: (people: Person[]) => Person[]): void => {
  test.stubbedSnapshots.people.set(organizationId, change([...test.stubbedSnapshots.people.get(organizationId)!]));
  test.snapshotChanged('people', organizationId);
};
const administrator = (accountId: AccountId): Person => ({
  accountId,
  memberId: id('mem'),
  role: 'administrator',
  flags: [],
  isBlocked: false,
});
const grantsOf = (from: Customer, grants: object[], teams: object[] = [], inTeams: object[] = []): void => {
  test.stubbedSnapshots.grants.set(from.organizationId, {
    teams,
    memberships: inTeams,
    grants: grants.map((one) => ({ grantId: id('grt'), endsAt: null, ...one })),
  } as never);
  test.snapshotChanged('grants', from.organizationId);
};

describe('a product that is transferred by link', () => {
  it('belongs to whoever accepted, with what is in it, and to nobody else any more (PROD-5)', async () => {
    const [from, to] = [customer(), customer()];
    const productId = await buy(from);
    const mailbox = await buy(from, 'mail_service');
    const address = await test.call(
      addResource,
      {
        organizationId: from.organizationId,
        productId: mailbox,
        kind: 'mail_address',
        name: 'ben@alpine.example',
        ownerAccountId: from.ben,
      },
      from.as.chief,
    );
    for (const moved of [productId, mailbox]) {
      const token = await byLink(from, moved);
      expect(await accept(to, token)).toMatchObject({ organizationId: to.organizationId, productId: moved });
      expect([await has(from, moved), await has(to, moved)]).toEqual([false, true]);
      expect(
        await test.codeOf(getProduct, { organizationId: from.organizationId, productId: moved }, from.as.chief),
      ).toBe('PRODUCT_NOT_FOUND');
      expect(
        (
          await test.call(getProductSnapshot, { organizationId: from.organizationId }, { service: 'search' })
        ).products.map((product) => product.productId),
      ).not.toContain(moved);
    }
    expect(
      (await test.call(getProduct, { organizationId: to.organizationId, productId: mailbox }, to.as.chief)).resources,
    ).toEqual([
      {
        id: address.id,
        kind: 'mail_address',
        name: 'ben@alpine.example',
        parentId: null,
        ownerAccountId: null,
        formerOwnerAccountId: null,
      },
    ]);
    const [services, resourceId] = [{ service: 'search' }, address.id];
    expect(
      await test.call(describeResource, { organizationId: to.organizationId, resourceId }, services),
    ).toMatchObject({ productId: mailbox, ownerAccountId: null });
    expect(await test.codeOf(describeResource, { organizationId: from.organizationId, resourceId }, services)).toBe(
      'RESOURCE_NOT_FOUND',
    );
    expect(
      (await test.call(listProductResources, { organizationId: to.organizationId, productId: mailbox }, services)).data,
    ).toEqual([{ resourceId, kind: 'mail_address', name: 'ben@alpine.example' }]);
    expect(
      await test.codeOf(
        addResource,
        { organizationId: from.organizationId, productId: mailbox, kind: 'mail_address', name: 'new@alpine.example' },
        from.as.chief,
      ),
    ).toBe('PRODUCT_NOT_FOUND');
    expect(
      await test.codeOf(
        blockProduct,
        { organizationId: from.organizationId, productId: mailbox, reason: 'x' },
        from.as.chief,
      ),
    ).toBe('PRODUCT_NOT_FOUND');
  });

  it('is told of to both, in this order, with its renewal, by whoever accepted', async () => {
    const [from, to] = [customer(), customer()];
    const productId = await buy(from, 'web_hosting');
    const { transferId } = await accept(to, await byLink(from, productId));
    expect(
      (await eventsOf(productId))
        .slice(1)
        .map(({ type, data, event }) => [type, data, event.organizationid, event.actorid]),
    ).toEqual([
      [
        'product.transferred_away',
        {
          organizationId: from.organizationId,
          productId,
          transferId,
          toOrganizationId: to.organizationId,
          ownershipNumber: 1,
        },
        from.organizationId,
        to.chief,
      ],
      [
        'product.received',
        {
          organizationId: to.organizationId,
          productId,
          transferId,
          fromOrganizationId: from.organizationId,
          ownershipNumber: 1,
          type: 'web_hosting',
          name: 'Files',
          renewal: terms,
          kept: [],
          keptRight: null,
        },
        to.organizationId,
        to.chief,
      ],
    ]);
    expect((await eventsOf(transferId)).map(({ type, event }) => [type, event.organizationid])).toEqual([
      ['transfer.offered', from.organizationId],
      ['transfer.accepted', from.organizationId],
    ]);
    expect(detachments.get(productId)).toEqual([transferId]);
  });

  it('shows its link once, keeps only a hash of it, and is good for one acceptance', async () => {
    const [from, to, other] = [customer(), customer(), customer()];
    const productId = await buy(from);
    const { link, transfer } = await offer(from, productId);
    expect(link).toMatch(/^https:\/\/console\.example\/transfer\?token=/);
    expect(await offer(from, productId)).toEqual({ transfer, link: null });
    const token = tokenOf(link);
    const stored = (await transferOf(productId))['secret_hash'] as Buffer;
    expect(stored.equals(hashSecret(Buffer.from(token, 'base64url').subarray(32)))).toBe(true);
    const wrong = Buffer.from(token, 'base64url');
    wrong[40]! ^= 1;
    for (const bad of [
      wrong.toString('base64url'),
      Buffer.from(token, 'base64url').subarray(0, 32).toString('base64url'),
      'nonsense',
    ])
      expect(await codeOfAccept(to, bad)).toBe('TRANSFER_TOKEN_INVALID');
    await accept(to, token);
    expect(await accept(to, token)).toMatchObject({ transferId: transfer.id });
    expect(await codeOfAccept(other, token)).toBe('TRANSFER_NOT_OPEN');
    expect(detachments.get(productId)).toHaveLength(1);
  });

  it('is described before it is accepted: price, next due date, who comes with it, what does not', async () => {
    const [from, to] = [customer(), customer()];
    const productId = await buy(from);
    grantsOf(from, [
      { holder: { kind: 'account', accountId: from.eva }, object: { kind: 'product', productId }, right: 'user' },
    ]);
    const token = await byLink(from, productId);
    expect(await test.call(describeTransfer, { token }, to.as.ben)).toMatchObject({
      type: 'drive',
      name: 'Files',
      fromOrganizationName: 'Alpine Rescue',
      interval: 'yearly',
      price: { amount: 6_700, currency: 'CHF' },
      dueOn: '2027-01-31',
      isOverdue: false,
      keptPeopleCount: 1,
      notCarriedOver: expect.arrayContaining([
        'grants',
        'automatic_renewal',
        'billing_address',
        'renewal_warranty',
        'documents',
      ]),
    });
    expect(await test.codeOf(describeTransfer, { token }, 'nobody')).toBe('SIGN_IN_REQUIRED');
  });

  it('says that it is blocked at the moment', async () => {
    const [from, to] = [customer(), customer()];
    const productId = await buy(from);
    const token = await byLink(from, productId);
    const isBlocked = async () => (await test.call(describeTransfer, { token }, to.as.chief)).isBlocked;
    expect(await isBlocked()).toBe(false);
    await test.call(
      blockProduct,
      { organizationId: from.organizationId, productId, reason: 'stolen password' },
      from.as.chief,
    );
    expect(await isBlocked()).toBe(true);
  });

  it('is described with the price of its renewal when its type is no longer sold', async () => {
    const [from, to] = [customer(), customer()];
    const token = await byLink(from, await buy(from));
    await test.call(retireProductType, { key: 'drive' }, { staff: id('acc') });
    expect((await test.call(describeTransfer, { token }, to.as.chief)).price).toEqual({
      amount: 6_700,
      currency: 'CHF',
    });
    await test.call(reinstateProductType, { key: 'drive' }, { staff: id('acc') });
  });
});

describe('an offer', () => {
  it('by mail is for the owner of its address alone, whatever the case', async () => {
    const [from, to, other] = [customer(), customer(), customer()];
    emails.set(to.chief, 'Anna@Example.ch');
    const productId = await buy(from);
    const { transfer, link } = await offer(from, productId, { kind: 'email', email: 'aNNa@example.CH', locale: 'fr' });
    expect([link, transfer.to]).toEqual([null, { kind: 'email', email: 'aNNa@example.CH' }]);
    expect((await offer(from, productId, { kind: 'email', email: 'anna@example.ch' })).transfer.id).toBe(transfer.id);
    const mail = await test.call(
      getTransferMail,
      { organizationId: from.organizationId, transferId: transfer.id },
      { service: 'reminders' },
    );
    expect(mail).toMatchObject({
      email: 'aNNa@example.CH',
      locale: 'fr',
      organizationName: 'Alpine Rescue',
      offererName: 'Anna Keller',
      productName: 'Files',
    });
    const mine = async (who: Caller) =>
      (await test.call(listMyTransfers, {}, who)).data.map(({ transferId }) => transferId);
    expect([await mine(to.as.chief), await mine(other.as.chief)]).toEqual([[transfer.id], []]);
    expect(await codeOfAccept(other, mail.token)).toBe('TRANSFER_ADDRESS_OTHER');
    expect(await test.codeOf(describeTransfer, { token: mail.token }, other.as.chief)).toBe('TRANSFER_ADDRESS_OTHER');
    expect(await test.codeOf(declineTransfer, { token: mail.token }, other.as.chief)).toBe('TRANSFER_ADDRESS_OTHER');
    await accept(to, mail.token);
    expect(await mine(to.as.chief)).toEqual([]);
    // The address is forgotten, and no mail goes out any more.
    expect((await test.call(listTransfers, { organizationId: from.organizationId }, from.as.chief)).data).toMatchObject(
      [{ status: 'accepted', to: { kind: 'email', email: null }, toOrganizationId: to.organizationId }],
    );
    expect(
      await test.codeOf(
        getTransferMail,
        { organizationId: from.organizationId, transferId: transfer.id },
        { service: 'reminders' },
      ),
    ).toBe('TRANSFER_NOT_FOUND');
  });

  it('between organizations of one person is accepted in the other one', async () => {
    const anna = id('acc');
    const [from, to, foreign] = [customer(anna), customer(anna), customer()];
    const productId = await buy(from);
    const target = { kind: 'organization', organizationId: to.organizationId };
    await expect(
      offer(from, productId, { kind: 'organization', organizationId: foreign.organizationId }),
    ).rejects.toMatchObject({ code: 'TRANSFER_TARGET_UNKNOWN', errors: [{ pointer: '/to/organizationId' }] });
    await expect(
      offer(from, productId, { kind: 'organization', organizationId: from.organizationId }),
    ).rejects.toMatchObject({ code: 'TRANSFER_TARGET_SAME' });
    // With a token of the one, the other is one that nobody knows.
    const withToken: Caller = {
      account: anna,
      limits: { organizationId: from.organizationId, scopes: ['product:transfer'] },
    };
    expect(
      await test.codeOf(
        offerTransfer,
        {
          organizationId: from.organizationId,
          productId,
          to: { kind: 'organization', organizationId: to.organizationId },
        },
        withToken,
      ),
    ).toBe('TRANSFER_TARGET_UNKNOWN');
    const { transfer } = await offer(from, productId, target);
    expect((await offer(from, productId, target)).transfer.id).toBe(transfer.id);
    const {
      data: [mine],
    } = await test.call(listMyTransfers, {}, { account: anna });
    expect(mine).toMatchObject({
      transferId: transfer.id,
      organizationId: to.organizationId,
      type: 'drive',
      name: 'Files',
    });
    expect(await codeOfAccept(foreign, mine!.token)).toBe('TRANSFER_TARGET_OTHER');
    expect(await test.codeOf(describeTransfer, { token: mine!.token }, foreign.as.chief)).toBe('TRANSFER_TARGET_OTHER');
    await accept(to, mine!.token);
    expect(await has(to, productId)).toBe(true);
  });

  it('stands alone: another one waits until it is cancelled', async () => {
    const [from, to] = [customer(), customer()];
    const productId = await buy(from);
    const { transfer, link } = await offer(from, productId);
    await expect(offer(from, productId, { kind: 'email', email: 'ben@example.ch' })).rejects.toMatchObject({
      code: 'TRANSFER_OPEN',
    });
    const cancel = () =>
      test.codeOf(cancelTransfer, { organizationId: from.organizationId, transferId: transfer.id }, from.as.chief);
    expect([await cancel(), await cancel()]).toEqual(['ok', 'ok']);
    expect(await codeOfAccept(to, tokenOf(link))).toBe('TRANSFER_NOT_OPEN');
    expect((await offer(from, productId, { kind: 'email', email: 'ben@example.ch' })).transfer.id).not.toBe(
      transfer.id,
    );
    expect((await eventsOf(transfer.id)).map(({ type }) => type)).toEqual(['transfer.offered', 'transfer.cancelled']);
  });

  it('is declined once, and then over', async () => {
    const [from, to] = [customer(), customer()];
    const productId = await buy(from);
    const { transfer, link } = await offer(from, productId);
    const decline = () => test.codeOf(declineTransfer, { token: tokenOf(link) }, to.as.ben);
    expect([await decline(), await decline()]).toEqual(['ok', 'ok']);
    expect([
      await codeOfAccept(to, tokenOf(link)),
      await test.codeOf(
        cancelTransfer,
        { organizationId: from.organizationId, transferId: transfer.id },
        from.as.chief,
      ),
    ]).toEqual(['TRANSFER_NOT_OPEN', 'TRANSFER_NOT_OPEN']);
    expect((await eventsOf(transfer.id)).map(({ type }) => type)).toEqual(['transfer.offered', 'transfer.declined']);
  });

  it('is worth nothing when whoever made it may no longer make it', async () => {
    const [from, to] = [customer(), customer()];
    const productId = await buy(from);
    const token = await byLink(from, productId);
    changePeople(from, (people) =>
      people.map((person) => (person.accountId === from.chief ? { ...person, role: 'collaborator' as const } : person)),
    );
    expect(await codeOfAccept(to, token)).toBe('OFFERER_NOT_ALLOWED');
  });

  it('taken over by who offers again is what it is then: its price, its due date, and that it owes nothing', async () => {
    const [from, to] = [customer(), customer()];
    const second = id('acc');
    changePeople(from, (people) => [...people, administrator(second)]);
    const productId = await buy(from);
    await byLink(from, productId);
    periodEnds.set(productId, '2028-01-31');
    openPeriods.set(productId, 1);
    changePeople(from, (people) => people.filter(({ accountId }) => accountId !== from.chief));
    expect(
      await test.codeOf(
        offerTransfer,
        { organizationId: from.organizationId, productId, to: { kind: 'link' } },
        { account: second },
      ),
    ).toBe('WARRANTY_DEBT_OPEN');
    openPeriods.delete(productId);
    const { link } = await offer(from, productId, { kind: 'link' }, { account: second });
    expect(await codeOfAccept(to, tokenOf(link))).toBe('ok');
  });

  it.each<[string, (from: Customer) => void]>([
    ['left', (from) => changePeople(from, (people) => people.filter(({ accountId }) => accountId !== from.chief))],
    [
      'may not any more',
      (from) =>
        changePeople(from, (people) =>
          people.map((person) => (person.accountId === from.chief ? { ...person, isBlocked: true } : person)),
        ),
    ],
  ])('whose offerer %s is that of whoever offers again', async (_, lose) => {
    const [from, to] = [customer(), customer()];
    const second = id('acc');
    changePeople(from, (people) => [...people, administrator(second)]);
    emails.set(to.chief, 'receiver@example.ch');
    const productId = await buy(from);
    const target = { kind: 'email', email: 'receiver@example.ch' };
    const { transfer } = await offer(from, productId, target);
    expect((await offer(from, productId, target, { account: second })).transfer).toEqual(transfer);
    const outcome = () =>
      test.call(
        getTransferOutcome,
        { organizationId: from.organizationId, transferId: transfer.id },
        { service: 'reminders' },
      );
    expect((await outcome()).offeredBy).toBe(from.chief);
    lose(from);
    for (let repeat = 0; repeat < 2; repeat += 1)
      expect(await offer(from, productId, target, { account: second })).toEqual({ transfer, link: null });
    expect((await outcome()).offeredBy).toBe(second);
    const {
      data: [mine],
    } = await test.call(listMyTransfers, {}, to.as.chief);
    expect([mine!.transferId, await codeOfAccept(to, mine!.token)]).toEqual([transfer.id, 'ok']);
    expect((await eventsOf(transfer.id)).map(({ type, data, event }) => [type, event.actorid, data])).toMatchObject([
      ['transfer.offered', from.chief, {}],
      ['transfer.offerer_changed', second, { before: { offeredBy: from.chief }, after: { offeredBy: second } }],
      ['transfer.accepted', to.chief, {}],
    ]);
  });

  it('by link whose offerer left gets a new link: the old one is good for nothing', async () => {
    const [from, to] = [customer(), customer()];
    const second = id('acc');
    changePeople(from, (people) => [...people, administrator(second)]);
    const productId = await buy(from);
    const old = await byLink(from, productId);
    changePeople(from, (people) => people.filter(({ accountId }) => accountId !== from.chief));
    const { link } = await offer(from, productId, { kind: 'link' }, { account: second });
    expect((await offer(from, productId, { kind: 'link' }, { account: second })).link).toBeNull();
    expect([await codeOfAccept(to, old), await codeOfAccept(to, tokenOf(link))]).toEqual([
      'TRANSFER_TOKEN_INVALID',
      'ok',
    ]);
  });

  it('to an organization is told to nobody there who lacks the second factor that it asks for (C-ROL-24)', async () => {
    const anna = id('acc');
    const [from, to] = [customer(anna), customer()];
    const lacking = id('acc');
    changePeople(to, (people) => [
      ...people,
      administrator(anna),
      { ...administrator(lacking), lacksSecondFactor: true },
    ]);
    memberships.set(lacking, [{ organizationId: to.organizationId, role: 'administrator', lacksSecondFactor: true }]);
    await offer(from, await buy(from), { kind: 'organization', organizationId: to.organizationId });
    const selectReceivedOffers = async (account: AccountId) =>
      (await test.call(listMyTransfers, {}, { account })).data.length;
    expect([await selectReceivedOffers(to.chief), await selectReceivedOffers(lacking)]).toEqual([1, 0]);
  });

  it('is good for 14 days to the second; then it is told as expired, and made anew', async () => {
    const [from, to] = [customer(), customer()];
    const [inTime, late] = [await buy(from), await buy(from)];
    const [first, second] = [await byLink(from, inTime), await byLink(from, late)];
    const { created_at: made, expires_at: end } = (await transferOf(inTime)) as { created_at: Date; expires_at: Date };
    expect(end.getTime() - made.getTime()).toBe(14 * 86_400_000);
    const endsIn = (productId: ProductId, seconds: number) =>
      test.rows(`update transfer set expires_at = $2 where product_id = $1`, [
        uuid(productId),
        new Date(test.process.clock.now().getTime() + seconds * 1_000),
      ]);
    await endsIn(inTime, 60);
    expect(await codeOfAccept(to, first)).toBe('ok');
    await endsIn(late, -1);
    expect(await codeOfAccept(to, second)).toBe('TRANSFER_EXPIRED');
    expect(await test.codeOf(describeTransfer, { token: second }, to.as.chief)).toBe('TRANSFER_EXPIRED');
    const { transfer } = await offer(from, late);
    expect(transfer.status).toBe('offered');
    const { data } = await test.call(listTransfers, { organizationId: from.organizationId }, from.as.chief);
    expect(data.map(({ status }) => status).sort()).toEqual(['accepted', 'expired', 'offered']);
  });

  it('that nobody took is ended by the sweep', async () => {
    const from = customer();
    const productId = await buy(from);
    const { transfer } = await offer(from, productId, { kind: 'email', email: 'gone@example.ch' });
    moveBy(15 * 86_400_000);
    await test.until(
      async () => (await eventsOf(transfer.id)).some(({ type }) => type === 'transfer.expired'),
      'the expiry',
    );
    expect(await transferOf(productId)).toMatchObject({ status: 'expired', email: null, email_key: null });
  });

  it('is told of to its organization when it is over: who offered what, and what became of it', async () => {
    const [from, to] = [customer(), customer()];
    const offered = async () => {
      const { transfer, link } = await offer(from, await buy(from));
      return { ...transfer, token: tokenOf(link) };
    };
    const [taken, refused, forgotten] = [await offered(), await offered(), await offered()];
    await accept(to, taken.token);
    await test.call(declineTransfer, { token: refused.token }, to.as.ben);
    await test.rows(`update transfer set expires_at = $2 where id = $1`, [
      uuid(forgotten.id),
      test.process.clock.now(),
    ]);
    const outcome = ({ organizationId }: Customer, transferId: `trf_${string}`) =>
      test.call(getTransferOutcome, { organizationId, transferId }, { service: 'reminders' });
    const common = { offeredBy: from.chief, productName: 'Files' };
    expect(await outcome(from, taken.id)).toEqual({
      ...common,
      status: 'accepted',
      toOrganizationId: to.organizationId,
      expiresAt: taken.expiresAt,
    });
    expect(await outcome(from, refused.id)).toMatchObject({ ...common, status: 'declined', toOrganizationId: null });
    expect(await outcome(from, forgotten.id)).toMatchObject({ ...common, status: 'expired', toOrganizationId: null });
    expect(
      await test.codeOf(
        getTransferOutcome,
        { organizationId: to.organizationId, transferId: taken.id },
        { service: 'reminders' },
      ),
    ).toBe('TRANSFER_NOT_FOUND');
    for (const { id: transferId } of [taken, refused])
      expect((await eventsOf(transferId)).map(({ event }) => event.organizationid)).toEqual([
        from.organizationId,
        from.organizationId,
      ]);
  });
});

describe('mails with offers', () => {
  const offerAndCancel = async (from: Customer, productId: ProductId, email: string): Promise<void> => {
    const { transfer } = await offer(from, productId, { kind: 'email', email });
    await test.call(cancelTransfer, { organizationId: from.organizationId, transferId: transfer.id }, from.as.chief);
  };

  it('go to one address five times within 24 hours, whatever happens to the offers', async () => {
    const [from, other] = [customer(), customer()];
    const [productId, second, foreign] = [await buy(from), await buy(from), await buy(other)];
    await offerAndCancel(from, productId, 'ben@example.ch');
    moveBy(3_600_000);
    for (let count = 0; count < 4; count += 1)
      await offerAndCancel(from, count % 2 ? productId : second, 'Ben@example.ch');
    for (const each of [productId, second])
      await expect(offer(from, each, { kind: 'email', email: 'ben@EXAMPLE.ch' })).rejects.toMatchObject({
        code: 'TRANSFER_MAILS_LIMITED',
        status: 429,
        retryAfter: expect.any(Number),
      });
    await offerAndCancel(from, productId, 'eva@example.ch');
    await offerAndCancel(other, foreign, 'ben@example.ch');
    moveBy(23 * 3_600_000);
    await offerAndCancel(from, productId, 'ben@example.ch');
    await expect(offer(from, productId, { kind: 'email', email: 'ben@example.ch' })).rejects.toMatchObject({
      code: 'TRANSFER_MAILS_LIMITED',
    });
    moveBy(86_400_000);
    await test.until(
      async () =>
        (
          await test.rows(`select from transfer where organization_id = $1 and email_hash is not null`, [
            uuid(from.organizationId),
          ])
        ).length === 0,
      'the addresses to be forgotten',
    );
  });

  it('are counted one after the other when they are asked for at once', async () => {
    const from = customer();
    const products: ProductId[] = [];
    for (let count = 0; count < 7; count += 1) products.push(await buy(from));
    const codes = await Promise.all(
      products.map((productId) =>
        test.codeOf(
          offerTransfer,
          { organizationId: from.organizationId, productId, to: { kind: 'email', email: 'once@example.ch' } },
          from.as.chief,
        ),
      ),
    );
    expect(codes.filter((code) => code === 'ok')).toHaveLength(5);
    expect(codes.filter((code) => code === 'TRANSFER_MAILS_LIMITED')).toHaveLength(2);
  });
});

describe('who may not', () => {
  it.each<[string, (from: Customer, to: Customer, productId: ProductId) => Promise<string>, string]>([
    [
      'offer what they do not manage',
      (from, _, productId) =>
        test.codeOf(
          offerTransfer,
          { organizationId: from.organizationId, productId, to: { kind: 'link' } },
          from.as.ben,
        ),
      'PERMISSION_DENIED',
    ],
    [
      'offer what another organization has',
      (_, to, productId) =>
        test.codeOf(offerTransfer, { organizationId: to.organizationId, productId, to: { kind: 'link' } }, to.as.chief),
      'PRODUCT_NOT_FOUND',
    ],
    [
      'look at it there',
      (_, to, productId) => test.codeOf(previewTransfer, { organizationId: to.organizationId, productId }, to.as.chief),
      'PRODUCT_NOT_FOUND',
    ],
    [
      'look without managing it',
      (from, _, productId) =>
        test.codeOf(previewTransfer, { organizationId: from.organizationId, productId }, from.as.eva),
      'PERMISSION_DENIED',
    ],
    [
      'accept for an organization they only belong to',
      async (from, to, productId) => codeOfAccept(to, await byLink(from, productId), to.as.ben),
      'PERMISSION_DENIED',
    ],
    [
      'accept for one they do not belong to',
      async (from, to, productId) => codeOfAccept(to, await byLink(from, productId), from.as.chief),
      'ORGANIZATION_NOT_FOUND',
    ],
    [
      'accept where it is',
      async (from, _, productId) => codeOfAccept(from, await byLink(from, productId)),
      'TRANSFER_TARGET_SAME',
    ],
    [
      'cancel what others offered',
      async (from, to, productId) =>
        test.codeOf(
          cancelTransfer,
          { organizationId: to.organizationId, transferId: (await offer(from, productId)).transfer.id },
          to.as.chief,
        ),
      'TRANSFER_NOT_FOUND',
    ],
    [
      'send a mail to what is no address',
      (from, _, productId) =>
        test.codeOf(
          offerTransfer,
          { organizationId: from.organizationId, productId, to: { kind: 'email', email: 'x' } as never },
          from.as.chief,
        ),
      'INPUT_INVALID',
    ],
  ])('%s', async (_, attempt, code) => {
    const [from, to] = [customer(), customer()];
    const productId = await buy(from);
    expect(await attempt(from, to, productId)).toBe(code);
    expect(await has(from, productId)).toBe(true);
  });

  it('see transfers of others: the tables are behind row-level security', async () => {
    const from = customer();
    await offer(from, await buy(from));
    await test.database.query('begin; set local role cordee_products;');
    const { rows } = await test.database.query(
      `select (select count(*) from transfer)::int as transfers, (select count(*) from product_ownership)::int as ownerships`,
    );
    await test.database.query('rollback');
    expect(rows).toEqual([{ transfers: 0, ownerships: 0 }]);
  });
});

describe('a debt of the renewal warranty (C-REN-23)', () => {
  it('is shown, and refuses the offer', async () => {
    const from = customer();
    const productId = await buy(from);
    openPeriods.set(productId, 1);
    expect(
      await test.call(previewTransfer, { organizationId: from.organizationId, productId }, from.as.chief),
    ).toMatchObject({
      refusal: 'WARRANTY_DEBT_OPEN',
      detached: ['automatic_renewal', 'method', 'billing_address', 'renewal_warranty'],
      documentsStay: true,
    });
    await expect(offer(from, productId)).rejects.toMatchObject({ code: 'WARRANTY_DEBT_OPEN' });
  });

  it.each([
    ['WARRANTY_DEBT_OPEN', 'WARRANTY_DEBT_OPEN'],
    ['RENEWAL_CHARGE_RUNNING', 'RENEWAL_CHARGE_RUNNING'],
    ['RENEWAL_NOT_FOUND', 'PRODUCT_JUST_ARRIVED'],
  ])('or %s at the acceptance leaves everything as it was, on offer', async (code, refusal) => {
    const [from, to] = [customer(), customer()];
    const productId = await buy(from);
    const token = await byLink(from, productId);
    answers.set(productId, code);
    expect(await codeOfAccept(to, token)).toBe(refusal);
    expect([await has(from, productId), await has(to, productId)]).toEqual([true, false]);
    expect(await transferOf(productId)).toMatchObject({
      status: 'offered',
      to_organization_id: null,
      accepted_by: null,
    });
    answers.clear();
    await accept(to, token);
    expect(await has(to, productId)).toBe(true);
  });
});

describe('an acceptance', () => {
  it("that was interrupted after it was reserved is nobody else's, and finished by its repeat", async () => {
    const [from, to, other] = [customer(), customer(), customer()];
    const productId = await buy(from);
    const { transfer, link } = await offer(from, productId);
    answers.set(productId, 'lost');
    expect(await codeOfAccept(to, tokenOf(link))).toBe('SERVICE_UNAVAILABLE');
    expect((await transferOf(productId))['status']).toBe('accepting');
    expect(await codeOfAccept(other, tokenOf(link))).toBe('TRANSFER_ACCEPTING');
    expect(
      await test.codeOf(
        cancelTransfer,
        { organizationId: from.organizationId, transferId: transfer.id },
        from.as.chief,
      ),
    ).toBe('TRANSFER_ACCEPTING');
    expect(await test.codeOf(declineTransfer, { token: tokenOf(link) }, other.as.chief)).toBe('TRANSFER_ACCEPTING');
    await expect(offer(from, productId, { kind: 'email', email: 'x@example.ch' })).rejects.toMatchObject({
      code: 'TRANSFER_OPEN',
    });
    answers.clear();
    await accept(to, tokenOf(link));
    expect(await has(to, productId)).toBe(true);
    expect((await eventsOf(productId)).filter(({ type }) => type === 'product.received')).toHaveLength(1);
  });

  it('that nobody repeats is finished by the sweep, past its expiry too', async () => {
    const [from, to] = [customer(), customer()];
    const productId = await buy(from);
    const token = await byLink(from, productId);
    answers.set(productId, 'lost');
    await codeOfAccept(to, token);
    answers.clear();
    moveBy(20 * 86_400_000);
    await test.until(() => has(to, productId), 'the product to arrive');
    expect((await eventsOf((await accept(to, token)).transferId)).at(-1)!.data).toMatchObject({
      toOrganizationId: to.organizationId,
      acceptedBy: to.chief,
    });
  });

  it('that the sweep finds refused goes back on offer', async () => {
    const [from, to] = [customer(), customer()];
    const productId = await buy(from);
    const token = await byLink(from, productId);
    answers.set(productId, 'lost');
    await codeOfAccept(to, token);
    answers.set(productId, 'WARRANTY_DEBT_OPEN');
    moveBy(1_000);
    await test.until(async () => (await transferOf(productId))['status'] === 'offered', 'the release');
    expect(await has(from, productId)).toBe(true);
  });

  it('is one, however many come at once, and of one organization', async () => {
    const [from, to, other] = [customer(), customer(), customer()];
    const productId = await buy(from);
    const token = await byLink(from, productId);
    const codes = await Promise.all([
      codeOfAccept(to, token),
      codeOfAccept(other, token),
      codeOfAccept(to, token),
      codeOfAccept(other, token),
    ]);
    expect([...codes].sort()).toEqual(['TRANSFER_NOT_OPEN', 'TRANSFER_NOT_OPEN', 'ok', 'ok']);
    expect([await has(to, productId), await has(other, productId)].filter(Boolean)).toHaveLength(1);
    expect((await eventsOf(productId)).map(({ type }) => type)).toEqual([
      'product.created',
      'product.transferred_away',
      'product.received',
    ]);
  });

  it("of each other's products at once, by two organizations, is done for both", async () => {
    for (let round = 0; round < 3; round += 1) {
      const [one, other] = [customer(), customer()];
      const [ours, theirs] = [await buy(one), await buy(other)];
      const [given, taken] = [await byLink(one, ours), await byLink(other, theirs)];
      expect(await Promise.all([codeOfAccept(other, given), codeOfAccept(one, taken)])).toEqual(['ok', 'ok']);
      expect([await has(other, ours), await has(one, theirs)]).toEqual([true, true]);
    }
  });

  it('and a cancellation at once: one of them holds', async () => {
    const [from, to] = [customer(), customer()];
    const productId = await buy(from);
    const offers = await Promise.all([1, 2, 3].map(() => offer(from, productId)));
    expect(new Set(offers.map(({ transfer }) => transfer.id)).size).toBe(1);
    const [token, transferId] = [tokenOf(offers.find(({ link }) => link)!.link), offers[0]!.transfer.id];
    const codes = await Promise.all([
      codeOfAccept(to, token),
      test.codeOf(cancelTransfer, { organizationId: from.organizationId, transferId }, from.as.chief),
    ]);
    expect(codes.filter((code) => code === 'ok')).toHaveLength(1);
    expect([await has(from, productId), await has(to, productId)].filter(Boolean)).toHaveLength(1);
  });

  it('beyond what the connections to the database carry is put off', async () => {
    const [from, to] = [customer(), customer()];
    const tokens: string[] = [];
    for (let index = 0; index < 12; index += 1) tokens.push(await byLink(from, await buy(from)));
    const codes = await Promise.all(tokens.map((token) => codeOfAccept(to, token)));
    expect(new Set(codes)).toEqual(new Set(['ok', 'TRANSFERS_BUSY']));
  });
});

describe('what was shown', () => {
  const chf = (amount: number) => ({ amount, currency: 'CHF' as const });
  const changed = (...pointers: string[]) =>
    expect.objectContaining({
      code: 'TRANSFER_CHANGED',
      status: 409,
      errors: pointers.map((pointer) => expect.objectContaining({ pointer, code: 'transfer_changed' })),
    });

  it('is what is accepted: another price by now is refused', async () => {
    const [from, to] = [customer(), customer()];
    const productId = await buy(from, 'streaming');
    const token = await byLink(from, productId);
    const acceptShown = (shown: object) =>
      test.call(acceptTransfer, { organizationId: to.organizationId, token, ...shown }, to.as.chief);
    const { price: before } = await test.call(describeTransfer, { token }, to.as.chief);
    const validFrom = new Date(test.process.clock.now().getTime() + 86_400_000).toISOString().slice(0, 10);
    await test.call(
      setPrice,
      { type: 'streaming', currency: 'CHF', interval: 'yearly', amount: 999_900, validFrom },
      { staff: id('acc') },
    );
    moveBy(2 * 86_400_000);
    const { price, dueOn } = await test.call(describeTransfer, { token }, to.as.chief);
    expect([before, price]).toEqual([chf(15_900), chf(999_900)]);
    // Whoever does not say what they were shown was shown what it was at the offer.
    for (const shown of [
      {},
      { price: before, dueOn },
      { price: null },
      { price: { amount: 999_900, currency: 'EUR' } },
    ])
      await expect(acceptShown(shown)).rejects.toEqual(changed('/price'));
    expect([await has(from, productId), (await transferOf(productId))['status'], detachments.get(productId)]).toEqual([
      true,
      'offered',
      undefined,
    ]);
    await acceptShown({ price, dueOn });
    expect(await has(to, productId)).toBe(true);
  });

  it('is what is accepted: another due date by now is refused, until it is shown', async () => {
    const [from, to] = [customer(), customer()];
    const productId = await buy(from);
    const token = await byLink(from, productId);
    const acceptShown = (shown: object) =>
      test.call(acceptTransfer, { organizationId: to.organizationId, token, ...shown }, to.as.chief);
    periodEnds.set(productId, '2026-06-30');
    await expect(acceptShown({})).rejects.toEqual(changed('/dueOn'));
    await expect(acceptShown({ dueOn: null, price: chf(1) })).rejects.toEqual(changed('/price', '/dueOn'));
    await acceptShown({ dueOn: '2026-06-30' });
    // It is done: what is due by now is nobody's question any more.
    periodEnds.set(productId, '2027-06-30');
    await acceptShown({});
  });

  it('cannot have been a renewal that is not known yet', async () => {
    const [from, to] = [customer(), customer()];
    const productId = await buy(from);
    periodEnds.set(productId, 'unknown');
    const token = await byLink(from, productId);
    expect(await test.call(describeTransfer, { token }, to.as.chief)).toMatchObject({ price: null, dueOn: null });
    expect(await codeOfAccept(to, token)).toBe('PRODUCT_JUST_ARRIVED');
    periodEnds.delete(productId);
    // Nobody was shown a price, and whoever says nothing was shown what it was at the offer.
    for (const shown of [{}, { price: null, dueOn: null }])
      expect(
        await test.codeOf(acceptTransfer, { organizationId: to.organizationId, token, ...shown }, to.as.chief),
      ).toBe('TRANSFER_CHANGED');
    const { price, dueOn } = await test.call(describeTransfer, { token }, to.as.chief);
    expect(
      await test.codeOf(acceptTransfer, { organizationId: to.organizationId, token, price, dueOn }, to.as.chief),
    ).toBe('ok');
  });
});

describe('a product that goes and comes back', () => {
  it('is where it was, and on record with every organization for its time there', async () => {
    const [from, to] = [customer(), customer()];
    const productId = await buy(from, 'mail_service');
    const { id: resourceId } = await test.call(
      addResource,
      {
        organizationId: from.organizationId,
        productId,
        kind: 'mail_address',
        name: 'a@alpine.example',
        ownerAccountId: from.ben,
      },
      from.as.chief,
    );
    for (const [giver, taker] of [
      [from, to],
      [to, from],
      [from, to],
      [to, from],
    ] as const) {
      moveBy(60_000);
      await accept(taker, await byLink(giver, productId));
      expect([await has(giver, productId), await has(taker, productId)]).toEqual([false, true]);
    }
    const ownerships = await test.rows(
      `select organization_id, ownership_number, since, until from product_ownership where product_id = $1 order by since`,
      [uuid(productId)],
    );
    expect(ownerships.map((row) => [row['organization_id'], row['ownership_number']])).toEqual(
      [from, to, from, to, from].map((each, index) => [uuid(each.organizationId), 1 + Math.floor(index / 2)]),
    );
    for (const [index, { until }] of ownerships.entries())
      expect(until).toEqual(ownerships[index + 1]?.['since'] ?? null);
    expect(
      (await test.call(getProduct, { organizationId: from.organizationId, productId }, from.as.chief)).resources,
    ).toMatchObject([{ id: resourceId, ownerAccountId: null, formerOwnerAccountId: null }]);
  });

  it('is told as it was at an instant: in one organization at a time, and whose things were', async () => {
    const [from, to] = [customer(), customer()];
    const productId = await buy(from, 'mail_service');
    const { id: resourceId } = await test.call(
      addResource,
      {
        organizationId: from.organizationId,
        productId,
        kind: 'mail_address',
        name: 'a@alpine.example',
        ownerAccountId: from.ben,
      },
      from.as.chief,
    );
    // Copies that are there already follow, what is in the product included.
    const known = async (who: Customer) =>
      [...(await test.process.access.forOrganization(who.organizationId)).products.resourcesOf(productId)].map(
        (resource) => [resource.resourceId, resource.ownerAccountId],
      );
    expect([await known(from), await known(to)]).toEqual([[[resourceId, from.ben]], []]);
    moveBy(60_000);
    const before = test.process.clock.now().toISOString();
    moveBy(60_000);
    await accept(to, await byLink(from, productId));
    expect(await known(to)).toEqual([[resourceId, null]]);
    moveBy(60_000);
    const snapshotAt = async (who: Customer, at?: string) => {
      const { products, resources } = await test.call(
        getProductSnapshot,
        { organizationId: who.organizationId, ...(at ? { at } : {}) },
        { service: 'teams' },
      );
      return [products.map((product) => product.productId), resources.map((resource) => resource.ownerAccountId)];
    };
    const [none, after] = [[[], []], test.process.clock.now().toISOString()];
    expect([await snapshotAt(from, before), await snapshotAt(to, before)]).toEqual([[[productId], [from.ben]], none]);
    for (const at of [after, undefined])
      expect([await snapshotAt(from, at), await snapshotAt(to, at)]).toEqual([none, [[productId], [null]]]);
    await accept(from, await byLink(to, productId));
    expect([await snapshotAt(from), await snapshotAt(from, before), await snapshotAt(from, after)]).toEqual([
      [[productId], [null]],
      [[productId], [from.ben]],
      none,
    ]);
  });

  it('takes folders along in their places', async () => {
    const [from, to] = [customer(), customer()];
    const productId = await buy(from);
    const [root] = (await test.call(getProduct, { organizationId: from.organizationId, productId }, from.as.chief))
      .resources;
    await test.call(
      addResource,
      { organizationId: from.organizationId, productId, kind: 'folder', name: 'Plans', parentId: root!.id },
      from.as.chief,
    );
    await accept(to, await byLink(from, productId));
    await accept(from, await byLink(to, productId));
    expect(
      (await test.call(getProduct, { organizationId: from.organizationId, productId }, from.as.chief)).resources,
    ).toMatchObject([
      { id: root!.id, parentId: null },
      { name: 'Plans', parentId: root!.id },
    ]);
  });

  it('keeps what it was in the organization that lost it: whoever leaves that one later changes nothing', async () => {
    const [from, to] = [customer(), customer()];
    const productId = await buy(from, 'mail_service');
    const { id: resourceId } = await test.call(
      addResource,
      {
        organizationId: from.organizationId,
        productId,
        kind: 'mail_address',
        name: 'a@alpine.example',
        ownerAccountId: from.ben,
      },
      from.as.chief,
    );
    await accept(to, await byLink(from, productId));
    await test.publishEvent(memberRemoved, {
      organizationId: from.organizationId,
      memberId: id('mem'),
      accountId: from.ben,
      role: 'collaborator',
    });
    expect(
      await test.rows(`select owner_account_id from resource where id = $1 order by organization_id = $2`, [
        uuid(resourceId),
        uuid(from.organizationId),
      ]),
    ).toEqual([{ owner_account_id: null }, { owner_account_id: uuid(from.ben) }]);
    expect(await eventsOf(resourceId)).toHaveLength(1);
  });

  it('takes the blocks of a service along, not those of the organization', async () => {
    const [from, to] = [customer(), customer()];
    const productId = await buy(from, 'web_hosting');
    await test.call(
      blockProduct,
      { organizationId: from.organizationId, productId, reason: 'stolen password' },
      from.as.chief,
    );
    await test.database.query(
      `insert into product_block (organization_id, product_id, origin, reason, set_by, set_at) values ($1, $2, 'renewals', 'debt', 'service:renewals', now())`,
      [uuid(from.organizationId), uuid(productId)],
    );
    const blocksOf = async (who: Customer) =>
      (await test.call(getProduct, { organizationId: who.organizationId, productId }, who.as.chief)).blockReasons;
    await accept(to, await byLink(from, productId));
    expect(await blocksOf(to)).toEqual(['debt']);
    await test.database.query(
      `update product_block set lifted_at = now(), lifted_by = 'service:renewals' where organization_id = $1`,
      [uuid(to.organizationId)],
    );
    await accept(from, await byLink(to, productId));
    expect(await blocksOf(from)).toEqual([]);
  });
});

describe('people who use a drive', () => {
  it('keep it by a grant of their own or of a team, never by role or because all had it; what ends is shown', async () => {
    const [from, to] = [customer(), customer()];
    const [productId, other] = [await buy(from), await buy(from)];
    const teamId = id('team');
    const member = id('acc');
    test.stubbedSnapshots.people.set(from.organizationId, [
      ...test.stubbedSnapshots.people.get(from.organizationId)!,
      { accountId: member, memberId: id('mem'), role: 'collaborator', flags: [], isBlocked: false },
      { accountId: id('acc'), memberId: id('mem'), role: 'collaborator', flags: [], isBlocked: true },
    ]);
    test.snapshotChanged('people', from.organizationId);
    grantsOf(
      from,
      [
        { holder: { kind: 'account', accountId: from.eva }, object: { kind: 'product', productId }, right: 'admin' },
        { holder: { kind: 'team', teamId }, object: { kind: 'product_type', type: 'drive' }, right: 'user' },
        { holder: { kind: 'organization' }, object: { kind: 'product', productId }, right: 'user' },
        {
          holder: { kind: 'account', accountId: from.chief },
          object: { kind: 'product', productId: other },
          right: 'user',
        },
      ],
      [{ teamId, parentId: null, name: 'Web' }],
      [{ teamId, accountId: member, endsAt: null }],
    );
    expect(
      await test.call(previewTransfer, { organizationId: from.organizationId, productId }, from.as.chief),
    ).toMatchObject({
      grantCount: 2,
      keptPeopleCount: 2,
      grants: [{ right: 'admin' }, { holder: { kind: 'organization' } }],
    });
    await accept(to, await byLink(from, productId));
    const received = await receivedOf(productId);
    expect([new Map(received.kept.map(({ accountId, endsAt }) => [accountId, endsAt])), received.keptRight]).toEqual([
      new Map([
        [from.eva, null],
        [member, null],
      ]),
      'user',
    ]);
  });

  const useBy = (from: Customer, productId: ProductId, accountIds: AccountId[]) =>
    grantsOf(
      from,
      accountIds.map((accountId) => ({
        holder: { kind: 'account', accountId },
        object: { kind: 'product', productId },
        right: 'user',
      })),
    );

  it.each([[undefined], [0], [1]])('do not come when they are more than were shown (%p)', async (shown) => {
    const [from, to] = [customer(), customer()];
    const productId = await buy(from);
    const token = await byLink(from, productId);
    useBy(from, productId, [from.eva, from.ben]);
    const limit = shown === undefined ? {} : { keptPeopleCount: shown };
    const attempt = test.call(acceptTransfer, { organizationId: to.organizationId, token, ...limit }, to.as.chief);
    await expect(attempt).rejects.toMatchObject({
      code: 'TRANSFER_CHANGED',
      status: 409,
      detail: `2 people would come with the product, and ${shown ?? 0} were shown`,
    });
    expect([await has(from, productId), (await transferOf(productId))['status'], detachments.get(productId)]).toEqual([
      true,
      'offered',
      undefined,
    ]);
    await test.call(
      acceptTransfer,
      {
        organizationId: to.organizationId,
        token,
        keptPeopleCount: (await test.call(describeTransfer, { token }, to.as.chief)).keptPeopleCount,
      },
      to.as.chief,
    );
    expect((await receivedOf(productId)).kept).toHaveLength(2);
  });

  it.each<[string, Partial<Person>, object]>([
    ['are blocked, as such', { isBlocked: true }, { isBlocked: true }],
    ['lack the second factor', { lacksSecondFactor: true }, {}],
  ])('come like the others when for a while they %s', async (_, state, shown) => {
    const [from, to] = [customer(), customer()];
    const productId = await buy(from);
    const teamId = id('team');
    const memberOf = (accountId: AccountId) =>
      test.stubbedSnapshots.people.get(from.organizationId)!.find((person) => person.accountId === accountId)!.memberId;
    const inAWeek = new Date(test.process.clock.now().getTime() + 7 * 86_400_000).toISOString();
    grantsOf(
      from,
      [
        { holder: { kind: 'account', accountId: from.eva }, object: { kind: 'product', productId }, right: 'user' },
        { holder: { kind: 'team', teamId }, object: { kind: 'product', productId }, right: 'admin' },
      ],
      [{ teamId, parentId: null, name: 'Web' }],
      [{ teamId, accountId: from.ben, memberId: memberOf(from.ben), endsAt: inAWeek }],
    );
    changePeople(from, (people) =>
      people.map((person) => (person.accountId === from.chief ? person : { ...person, ...state })),
    );
    expect(
      (await test.call(previewTransfer, { organizationId: from.organizationId, productId }, from.as.chief))
        .keptPeopleCount,
    ).toBe(2);
    await accept(to, await byLink(from, productId));
    expect((await receivedOf(productId)).kept).toEqual([
      { accountId: from.ben, endsAt: inAWeek, ...shown },
      { accountId: from.eva, endsAt: null, ...shown },
    ]);
  });

  it('do not come when they were given it, or lost it, after the acceptance', async () => {
    const [from, to] = [customer(), customer()];
    const productId = await buy(from);
    useBy(from, productId, [from.eva, from.chief]);
    const token = await byLink(from, productId);
    answers.set(productId, 'lost');
    expect(await codeOfAccept(to, token)).toBe('SERVICE_UNAVAILABLE');
    useBy(from, productId, [from.eva, from.ben]);
    answers.clear();
    await accept(to, token);
    expect((await receivedOf(productId)).kept).toEqual([{ accountId: from.eva, endsAt: null }]);
    expect((await transferOf(productId))['kept_account_ids']).toBeNull();
  });

  it('are those who use it when it moves, although the copy is older', async () => {
    const [from, to] = [customer(), customer()];
    const productId = await buy(from);
    useBy(from, productId, [from.eva, from.chief]);
    const token = await byLink(from, productId);
    answers.set(productId, 'lost');
    expect(await codeOfAccept(to, token)).toBe('SERVICE_UNAVAILABLE');
    const { grants = [] } = test.stubbedSnapshots.grants.get(from.organizationId)!;
    test.stubbedSnapshots.grants.set(from.organizationId, { grants: grants.slice(0, 1) });
    test.factsChangedUntold('grants', from.organizationId);
    answers.clear();
    await accept(to, token);
    expect((await receivedOf(productId)).kept).toEqual([{ accountId: from.eva, endsAt: null }]);
  });

  it.each<[string, { own?: number; team?: number; place?: number; parent?: number }, number | null]>([
    ['their own grant ends', { own: 1 }, 1],
    ['the later of two ends', { own: 1, team: 3 }, 3],
    ['never, when one of two has no end', { own: 1, team: Infinity }, null],
    ['their place in the team ends', { team: Infinity, place: 2 }, 2],
    ['the team leaves the one that was given it', { team: 4, place: 3, parent: 2 }, 2],
    ['the grant of the team ends', { team: 1, place: 3, parent: 2 }, 1],
  ])('keep it until %s', async (_, { own, team, place, parent }, end) => {
    const [from, to] = [customer(), customer()];
    const productId = await buy(from);
    const [outer, inner] = [id('team'), id('team')];
    const now = test.process.clock.now().getTime();
    const hence = (hours: number | undefined | null) =>
      hours == null || hours === Infinity ? null : new Date(now + hours * 3_600_000).toISOString();
    const object = { kind: 'product', productId };
    const ends = { own: hence(own), team: hence(team), place: hence(place), parent: hence(parent), all: hence(end) };
    grantsOf(
      from,
      [
        ...(own === undefined
          ? []
          : [{ holder: { kind: 'account', accountId: from.eva }, object, right: 'user', endsAt: ends.own }]),
        ...(team === undefined
          ? []
          : [{ holder: { kind: 'team', teamId: outer }, object, right: 'admin', endsAt: ends.team }]),
      ],
      [
        { teamId: outer, parentId: null, name: 'All' },
        { teamId: inner, parentId: outer, name: 'Web', parentEndsAt: ends.parent },
      ],
      [{ teamId: inner, accountId: from.eva, endsAt: ends.place }],
    );
    await accept(to, await byLink(from, productId));
    expect((await receivedOf(productId)).kept).toEqual([{ accountId: from.eva, endsAt: ends.all }]);
  });
});

describe("what is somebody's own in a drive (PROD-5)", () => {
  const folder = async (of: Customer, productId: ProductId, name: string, ownerAccountId: AccountId | null = null) =>
    (
      await test.call(
        addResource,
        { organizationId: of.organizationId, productId, kind: 'folder', name, ownerAccountId },
        of.as.chief,
      )
    ).id;
  const useBy = (from: Customer, productId: ProductId, accountIds: AccountId[]) =>
    grantsOf(
      from,
      accountIds.map((accountId) => {
        const { memberId } = test.stubbedSnapshots.people
          .get(from.organizationId)!
          .find((person) => person.accountId === accountId)!;
        return {
          holder: { kind: 'account', accountId, memberId },
          object: { kind: 'product', productId },
          right: 'user',
        };
      }),
    );
  /** What identity makes of those who came along: externals, with an id of their own here. */
  const comeAlong = ({ organizationId }: Customer, accountIds: AccountId[]) => {
    const joined = accountIds.map((accountId) => ({ accountId, memberId: id('mem') }));
    changePeople({ organizationId } as Customer, (people) => [
      ...people,
      ...joined.map((each): Person => ({ ...each, role: 'external', flags: [], isBlocked: false })),
    ]);
    return joined.map((each) => ({ ...each, endsAt: null }));
  };
  const keptBy = async (
    to: Customer,
    productId: ProductId,
    kept: EventData<typeof membersKept>['kept'],
    ownershipNumber = 1,
  ) => {
    const { transferId } = await receivedOf(productId);
    return { organizationId: to.organizationId, transferId, productId, ownershipNumber, keptRight: 'user', kept };
  };
  const ownersIn = async (who: Customer, productId: ProductId) =>
    new Map(
      (await test.call(getProduct, { organizationId: who.organizationId, productId }, who.as.chief)).resources.map(
        ({ name, ownerAccountId, formerOwnerAccountId }) => [name, ownerAccountId ?? formerOwnerAccountId],
      ),
    );
  const sees = async (who: Customer, accountId: AccountId, productId: ProductId, resourceId: `res_${string}`) =>
    (await test.process.access.forOrganization(who.organizationId)).check({
      accountId,
      right: 'view',
      productId,
      resourceId,
      at: test.process.clock.now(),
    });

  it("stays theirs when they come along, and is nobody's when they do not", async () => {
    const [from, to] = [customer(), customer()];
    const productId = await buy(from);
    const [mine, inside] = [await folder(from, productId, 'Mine', from.ben), await folder(from, productId, 'Inside')];
    await folder(from, productId, 'Hers', from.eva);
    const deep = (
      await test.call(
        addResource,
        { organizationId: from.organizationId, productId, kind: 'folder', name: 'Deep', parentId: mine },
        from.as.chief,
      )
    ).id;
    useBy(from, productId, [from.ben]);
    expect(await sees(from, from.ben, productId, deep)).toBe(true);
    await accept(to, await byLink(from, productId));
    expect(new Set((await ownersIn(to, productId)).values())).toEqual(new Set([null]));
    expect(await sees(to, from.ben, productId, deep)).toBe(false);
    const before = test.process.clock.now().toISOString();
    moveBy(60_000);
    const kept = comeAlong(to, [from.ben]);
    const fact = await keptBy(to, productId, kept);
    await test.publishEvent(membersKept, fact);
    await test.publishEvent(membersKept, fact);
    expect(await ownersIn(to, productId)).toEqual(
      new Map([
        ['Files', null],
        ['Mine', from.ben],
        ['Inside', null],
        ['Hers', null],
        ['Deep', null],
      ]),
    );
    expect([
      await sees(to, from.ben, productId, mine),
      await sees(to, from.ben, productId, deep),
      await sees(to, from.ben, productId, inside),
    ]).toEqual([true, true, false]);
    // Told of once, with those whom it lets in; and on record from then on.
    expect((await eventsOf(mine)).map(({ type, data, event }) => [type, event.organizationid, data])).toMatchObject([
      ['resource.added', from.organizationId, {}],
      [
        'resource.owner_kept',
        to.organizationId,
        { organizationId: to.organizationId, productId, resourceId: mine, ownerAccountId: from.ben },
      ],
    ]);
    const ownerAt = async (at?: string) =>
      (
        await test.call(
          getProductSnapshot,
          { organizationId: to.organizationId, ...(at ? { at } : {}) },
          { service: 'teams' },
        )
      ).resources.find(({ resourceId }) => resourceId === mine)!.ownerMemberId;
    expect([await ownerAt(before), await ownerAt()]).toEqual([null, kept[0]!.memberId]);
    // As whatever else they own here.
    await test.publishEvent(memberRemoved, {
      organizationId: to.organizationId,
      memberId: kept[0]!.memberId,
      accountId: from.ben,
      role: 'external',
    });
    await test.publishEvent(membersKept, fact);
    expect((await eventsOf(mine)).map(({ type }) => type)).toEqual([
      'resource.added',
      'resource.owner_kept',
      'resource.owner_cleared',
    ]);
  });

  it('is not given to who has left again, nor once the product has moved on', async () => {
    const [from, to, third] = [customer(), customer(), customer()];
    const productId = await buy(from);
    const mine = await folder(from, productId, 'Mine', from.ben);
    useBy(from, productId, [from.ben]);
    await accept(to, await byLink(from, productId));
    const [fact, gone] = [await keptBy(to, productId, comeAlong(to, [from.ben])), id('mem')];
    await test.publishEvent(membersKept, { ...fact, kept: [{ accountId: from.ben, memberId: gone, endsAt: null }] });
    await accept(third, await byLink(to, productId));
    await test.publishEvent(membersKept, fact);
    await accept(to, await byLink(third, productId));
    await test.publishEvent(membersKept, fact);
    await test.publishEvent(membersKept, { ...fact, ownershipNumber: 2 });
    expect([(await ownersIn(to, productId)).get('Mine'), (await eventsOf(mine)).length]).toEqual([null, 1]);
  });

  it('goes on with them from one organization to the next, and back', async () => {
    const [from, to] = [customer(), customer()];
    const productId = await buy(from);
    await folder(from, productId, 'Mine', from.ben);
    useBy(from, productId, [from.ben]);
    await accept(to, await byLink(from, productId));
    await test.publishEvent(membersKept, await keptBy(to, productId, comeAlong(to, [from.ben])));
    useBy(to, productId, [from.ben]);
    await accept(from, await byLink(to, productId));
    const { accountId, memberId } = test.stubbedSnapshots.people
      .get(from.organizationId)!
      .find((person) => person.accountId === from.ben)!;
    await test.publishEvent(membersKept, await keptBy(from, productId, [{ accountId, memberId, endsAt: null }], 2));
    expect((await ownersIn(from, productId)).get('Mine')).toBe(from.ben);
  });

  it('was theirs in the time that they have now: whoever had left and is back keeps nothing of before', async () => {
    const [from, to] = [customer(), customer()];
    const productId = await buy(from);
    await folder(from, productId, 'Mine', from.ben);
    // Products has not heard yet that they had gone.
    changePeople(from, (people) =>
      people.map((person) => (person.accountId === from.ben ? { ...person, memberId: id('mem') } : person)),
    );
    useBy(from, productId, [from.ben]);
    await accept(to, await byLink(from, productId));
    await test.publishEvent(membersKept, await keptBy(to, productId, comeAlong(to, [from.ben])));
    expect((await ownersIn(to, productId)).get('Mine')).toBeNull();
  });

  it('is given at once, however much it is', async () => {
    const [from, to] = [customer(), customer()];
    const productId = await buy(from);
    await folder(from, productId, 'Mine', from.ben);
    await test.database.query(
      `insert into resource (organization_id, id, product_id, kind, name, owner_account_id, owner_member_id, created_at)
       select organization_id, gen_random_uuid(), product_id, kind, name || n, owner_account_id, owner_member_id, created_at from resource, generate_series(1, 500) n where product_id = $1 and name = 'Mine'`,
      [uuid(productId)],
    );
    useBy(from, productId, [from.ben]);
    await accept(to, await byLink(from, productId));
    await test.publishEvent(membersKept, await keptBy(to, productId, comeAlong(to, [from.ben])));
    const owned = await test.rows(
      `select id from resource join resource_ownership ownership on ownership.resource_id = id and ownership.organization_id = resource.organization_id and until is null where resource.organization_id = $1 and owner_account_id = $2`,
      [uuid(to.organizationId), uuid(from.ben)],
    );
    expect(owned).toHaveLength(501);
    expect(
      (await test.eventsOf(to.organizationId)).filter(({ type }) => type === 'products.resource.owner_kept'),
    ).toHaveLength(501);
  });
});
