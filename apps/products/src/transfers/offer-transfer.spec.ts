import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  cancelTransfer,
  getTransferMail,
  getTransferOutcome,
  listTransfers,
  offerTransfer,
  previewTransfer,
} from '@cordee/contracts/products/transfer';
import { declineTransfer, describeTransfer, listMyTransfers } from '@cordee/contracts/products/transfer-offer';
import { type TestService, uuid, type Caller } from '@cordee/testing/test-service';
import {
  TransfersFixture,
  id,
  newPerson,
  tokenOf,
  type AccountId,
  type ProductId,
  type TestOrganization,
} from '../../test/transfers.fixture.ts';

/** The number of mails that one network can cause before it must wait. */
const NETWORK_MAILS = 3;

let transfers: TransfersFixture;
let test: TestService;
beforeAll(async () => {
  transfers = await TransfersFixture.start({ MAILS_PER_NETWORK: String(NETWORK_MAILS) });
  test = transfers.test;
});
afterAll(() => transfers.stop());

describe('an offer of a transfer (PROD-5)', () => {
  it('by mail is accepted only by the owner of the address, regardless of case', async () => {
    const [from, to, other] = [
      transfers.createOrganization(),
      transfers.createOrganization(),
      transfers.createOrganization(),
    ];
    transfers.emails.set(to.admin, 'Anna@Example.ch');
    const productId = await transfers.buy(from);
    const { transfer, link } = await transfers.offer(from, productId, {
      kind: 'email',
      email: 'aNNa@example.CH',
      locale: 'fr',
    });
    expect([link, transfer.to]).toEqual([null, { kind: 'email', email: 'aNNa@example.CH' }]);
    expect((await transfers.offer(from, productId, { kind: 'email', email: 'anna@example.ch' })).transfer.id).toBe(
      transfer.id,
    );
    const mail = await test.call(
      getTransferMail,
      { organizationId: from.organizationId, transferId: transfer.id },
      { service: 'reminders' },
    );
    expect(mail).toMatchObject({
      email: 'aNNa@example.CH',
      locale: 'fr',
      organizationName: 'Alpine Rescue',
      offererEmail: 'nobody@example.ch',
      productName: 'Files',
    });
    const listOffersTo = async (caller: Caller) =>
      (await test.call(listMyTransfers, {}, caller)).data.map(({ transferId }) => transferId);
    expect([await listOffersTo(to.as.admin), await listOffersTo(other.as.admin)]).toEqual([[transfer.id], []]);
    expect(await transfers.codeOfAcceptance(other, mail.token)).toBe('TRANSFER_ADDRESS_OTHER');
    expect(await test.codeOf(describeTransfer, { token: mail.token }, other.as.admin)).toBe('TRANSFER_ADDRESS_OTHER');
    expect(await test.codeOf(declineTransfer, { token: mail.token }, other.as.admin)).toBe('TRANSFER_ADDRESS_OTHER');
    await transfers.accept(to, mail.token);
    expect(await listOffersTo(to.as.admin)).toEqual([]);
    // The address is removed, and no mail is sent any more.
    expect((await test.call(listTransfers, { organizationId: from.organizationId }, from.as.admin)).data).toMatchObject(
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

  it('to another organization of the same person can be accepted only for that organization', async () => {
    const anna = id('acc');
    const [from, to, foreign] = [
      transfers.createOrganization(anna),
      transfers.createOrganization(anna),
      transfers.createOrganization(),
    ];
    const productId = await transfers.buy(from);
    const target = { kind: 'organization', organizationId: to.organizationId };
    await expect(
      transfers.offer(from, productId, { kind: 'organization', organizationId: foreign.organizationId }),
    ).rejects.toMatchObject({ code: 'TRANSFER_TARGET_UNKNOWN', errors: [{ pointer: '/to/organizationId' }] });
    await expect(
      transfers.offer(from, productId, { kind: 'organization', organizationId: from.organizationId }),
    ).rejects.toMatchObject({ code: 'TRANSFER_TARGET_SAME' });
    // An API token for one organization does not reveal other organizations of the person.
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
    const { transfer } = await transfers.offer(from, productId, target);
    expect((await transfers.offer(from, productId, target)).transfer.id).toBe(transfer.id);
    const {
      data: [receivedOffer],
    } = await test.call(listMyTransfers, {}, { account: anna });
    expect(receivedOffer).toMatchObject({
      transferId: transfer.id,
      organizationId: to.organizationId,
      type: 'drive',
      name: 'Files',
    });
    expect(await transfers.codeOfAcceptance(foreign, receivedOffer!.token)).toBe('TRANSFER_TARGET_OTHER');
    expect(await test.codeOf(describeTransfer, { token: receivedOffer!.token }, foreign.as.admin)).toBe(
      'TRANSFER_TARGET_OTHER',
    );
    await transfers.accept(to, receivedOffer!.token);
    expect(await transfers.owns(to, productId)).toBe(true);
  });

  it('is the only open offer of its product until it is cancelled', async () => {
    const [from, to] = [transfers.createOrganization(), transfers.createOrganization()];
    const productId = await transfers.buy(from);
    const { transfer, link } = await transfers.offer(from, productId);
    await expect(transfers.offer(from, productId, { kind: 'email', email: 'ben@example.ch' })).rejects.toMatchObject({
      code: 'TRANSFER_OPEN',
    });
    const cancel = () =>
      test.codeOf(cancelTransfer, { organizationId: from.organizationId, transferId: transfer.id }, from.as.admin);
    expect([await cancel(), await cancel()]).toEqual(['ok', 'ok']);
    expect(await transfers.codeOfAcceptance(to, tokenOf(link))).toBe('TRANSFER_NOT_OPEN');
    expect((await transfers.offer(from, productId, { kind: 'email', email: 'ben@example.ch' })).transfer.id).not.toBe(
      transfer.id,
    );
    expect((await transfers.eventsOf(transfer.id)).map(({ type }) => type)).toEqual([
      'transfer.offered',
      'transfer.cancelled',
    ]);
  });

  it('cannot be accepted or cancelled after it is declined', async () => {
    const [from, to] = [transfers.createOrganization(), transfers.createOrganization()];
    const productId = await transfers.buy(from);
    const { transfer, link } = await transfers.offer(from, productId);
    const decline = () => test.codeOf(declineTransfer, { token: tokenOf(link) }, to.as.ben);
    expect([await decline(), await decline()]).toEqual(['ok', 'ok']);
    expect([
      await transfers.codeOfAcceptance(to, tokenOf(link)),
      await test.codeOf(
        cancelTransfer,
        { organizationId: from.organizationId, transferId: transfer.id },
        from.as.admin,
      ),
    ]).toEqual(['TRANSFER_NOT_OPEN', 'TRANSFER_NOT_OPEN']);
    expect((await transfers.eventsOf(transfer.id)).map(({ type }) => type)).toEqual([
      'transfer.offered',
      'transfer.declined',
    ]);
  });

  it('cannot be accepted when the offerer lost the permission to offer', async () => {
    const [from, to] = [transfers.createOrganization(), transfers.createOrganization()];
    const productId = await transfers.buy(from);
    const token = await transfers.offerByLink(from, productId);
    transfers.changePeople(from, (people) =>
      people.map((person) => (person.accountId === from.admin ? { ...person, role: 'collaborator' as const } : person)),
    );
    expect(await transfers.codeOfAcceptance(to, token)).toBe('OFFERER_NOT_ALLOWED');
  });

  it('gets the current terms, or is rejected for a debt, when it is repeated after its offerer left', async () => {
    const [from, to] = [transfers.createOrganization(), transfers.createOrganization()];
    const secondAdmin = id('acc');
    transfers.changePeople(from, (people) => [...people, newPerson(secondAdmin, 'administrator')]);
    const productId = await transfers.buy(from);
    await transfers.offerByLink(from, productId);
    transfers.periodEnds.set(productId, '2028-01-31');
    transfers.openPeriodCounts.set(productId, 1);
    transfers.changePeople(from, (people) => people.filter(({ accountId }) => accountId !== from.admin));
    expect(
      await test.codeOf(
        offerTransfer,
        { organizationId: from.organizationId, productId, to: { kind: 'link' } },
        { account: secondAdmin },
      ),
    ).toBe('WARRANTY_DEBT_OPEN');
    transfers.openPeriodCounts.delete(productId);
    const { link } = await transfers.offer(from, productId, { kind: 'link' }, { account: secondAdmin });
    expect(await transfers.codeOfAcceptance(to, tokenOf(link))).toBe('ok');
  });

  it.each<[string, (from: TestOrganization) => void]>([
    [
      'left',
      (from) => transfers.changePeople(from, (people) => people.filter(({ accountId }) => accountId !== from.admin)),
    ],
    [
      'is blocked',
      (from) =>
        transfers.changePeople(from, (people) =>
          people.map((person) => (person.accountId === from.admin ? { ...person, isBlocked: true } : person)),
        ),
    ],
  ])('gets the administrator who repeats it as the new offerer when its offerer %s', async (_, removeOfferer) => {
    const [from, to] = [transfers.createOrganization(), transfers.createOrganization()];
    const secondAdmin = id('acc');
    transfers.changePeople(from, (people) => [...people, newPerson(secondAdmin, 'administrator')]);
    transfers.emails.set(to.admin, 'receiver@example.ch');
    const productId = await transfers.buy(from);
    const target = { kind: 'email', email: 'receiver@example.ch' };
    const { transfer } = await transfers.offer(from, productId, target);
    expect((await transfers.offer(from, productId, target, { account: secondAdmin })).transfer).toEqual(transfer);
    const getOutcome = () =>
      test.call(
        getTransferOutcome,
        { organizationId: from.organizationId, transferId: transfer.id },
        { service: 'reminders' },
      );
    expect((await getOutcome()).offeredBy).toBe(from.admin);
    removeOfferer(from);
    for (let repeat = 0; repeat < 2; repeat += 1)
      expect(await transfers.offer(from, productId, target, { account: secondAdmin })).toEqual({
        transfer,
        link: null,
      });
    expect((await getOutcome()).offeredBy).toBe(secondAdmin);
    const {
      data: [receivedOffer],
    } = await test.call(listMyTransfers, {}, to.as.admin);
    expect([receivedOffer!.transferId, await transfers.codeOfAcceptance(to, receivedOffer!.token)]).toEqual([
      transfer.id,
      'ok',
    ]);
    expect(
      (await transfers.eventsOf(transfer.id)).map(({ type, data, event }) => [type, event.actorid, data]),
    ).toMatchObject([
      ['transfer.offered', from.admin, {}],
      [
        'transfer.offerer_changed',
        secondAdmin,
        { before: { offeredBy: from.admin }, after: { offeredBy: secondAdmin } },
      ],
      ['transfer.accepted', to.admin, {}],
    ]);
  });

  it('by link gets a new link when it is repeated after its offerer left; the old link becomes invalid', async () => {
    const [from, to] = [transfers.createOrganization(), transfers.createOrganization()];
    const secondAdmin = id('acc');
    transfers.changePeople(from, (people) => [...people, newPerson(secondAdmin, 'administrator')]);
    const productId = await transfers.buy(from);
    const oldToken = await transfers.offerByLink(from, productId);
    transfers.changePeople(from, (people) => people.filter(({ accountId }) => accountId !== from.admin));
    const { link } = await transfers.offer(from, productId, { kind: 'link' }, { account: secondAdmin });
    expect((await transfers.offer(from, productId, { kind: 'link' }, { account: secondAdmin })).link).toBeNull();
    expect([
      await transfers.codeOfAcceptance(to, oldToken),
      await transfers.codeOfAcceptance(to, tokenOf(link)),
    ]).toEqual(['TRANSFER_TOKEN_INVALID', 'ok']);
  });

  it('to an organization is not listed to its people who lack a required second factor (C-ROL-24)', async () => {
    const anna = id('acc');
    const [from, to] = [transfers.createOrganization(anna), transfers.createOrganization()];
    const personWithoutFactor = id('acc');
    transfers.changePeople(to, (people) => [
      ...people,
      newPerson(anna, 'administrator'),
      { ...newPerson(personWithoutFactor, 'administrator'), lacksSecondFactor: true },
    ]);
    transfers.memberships.set(personWithoutFactor, [
      { organizationId: to.organizationId, role: 'administrator', lacksSecondFactor: true },
    ]);
    await transfers.offer(from, await transfers.buy(from), { kind: 'organization', organizationId: to.organizationId });
    const countOffersTo = async (account: AccountId) => (await test.call(listMyTransfers, {}, { account })).data.length;
    expect([await countOffersTo(to.admin), await countOffersTo(personWithoutFactor)]).toEqual([1, 0]);
  });

  it('expires after exactly 14 days, and then the product can be offered again', async () => {
    const [from, to] = [transfers.createOrganization(), transfers.createOrganization()];
    const [acceptedProduct, expiredProduct] = [await transfers.buy(from), await transfers.buy(from)];
    const [acceptedToken, expiredToken] = [
      await transfers.offerByLink(from, acceptedProduct),
      await transfers.offerByLink(from, expiredProduct),
    ];
    const { created_at: createdAt, expires_at: expiresAt } = (await transfers.transferRowOf(acceptedProduct)) as {
      created_at: Date;
      expires_at: Date;
    };
    expect(expiresAt.getTime() - createdAt.getTime()).toBe(14 * 86_400_000);
    const setExpiry = (productId: ProductId, secondsFromNow: number) =>
      test.rows(`update transfer set expires_at = $2 where product_id = $1`, [
        uuid(productId),
        new Date(test.process.clock.now().getTime() + secondsFromNow * 1_000),
      ]);
    await setExpiry(acceptedProduct, 60);
    expect(await transfers.codeOfAcceptance(to, acceptedToken)).toBe('ok');
    await setExpiry(expiredProduct, -1);
    expect(await transfers.codeOfAcceptance(to, expiredToken)).toBe('TRANSFER_EXPIRED');
    expect(await test.codeOf(describeTransfer, { token: expiredToken }, to.as.admin)).toBe('TRANSFER_EXPIRED');
    const { transfer } = await transfers.offer(from, expiredProduct);
    expect(transfer.status).toBe('offered');
    const { data } = await test.call(listTransfers, { organizationId: from.organizationId }, from.as.admin);
    expect(data.map(({ status }) => status).sort()).toEqual(['accepted', 'expired', 'offered']);
  });

  it('is ended by the sweep when it has expired', async () => {
    const from = transfers.createOrganization();
    const productId = await transfers.buy(from);
    const { transfer } = await transfers.offer(from, productId, { kind: 'email', email: 'gone@example.ch' });
    transfers.advanceClock(15 * 86_400_000);
    await test.until(
      async () => (await transfers.eventsOf(transfer.id)).some(({ type }) => type === 'transfer.expired'),
      'the expiry of the offer',
    );
    expect(await transfers.transferRowOf(productId)).toMatchObject({ status: 'expired', email: null, email_key: null });
  });

  it('has an outcome that services find only with the id of the offering organization', async () => {
    const [from, to] = [transfers.createOrganization(), transfers.createOrganization()];
    const makeOffer = async () => {
      const { transfer, link } = await transfers.offer(from, await transfers.buy(from));
      return { ...transfer, token: tokenOf(link) };
    };
    const [accepted, declined, expired] = [await makeOffer(), await makeOffer(), await makeOffer()];
    await transfers.accept(to, accepted.token);
    await test.call(declineTransfer, { token: declined.token }, to.as.ben);
    await test.rows(`update transfer set expires_at = $2 where id = $1`, [uuid(expired.id), test.process.clock.now()]);
    const getOutcome = ({ organizationId }: TestOrganization, transferId: `trf_${string}`) =>
      test.call(getTransferOutcome, { organizationId, transferId }, { service: 'reminders' });
    const common = { offeredBy: from.admin, productName: 'Files' };
    expect(await getOutcome(from, accepted.id)).toEqual({
      ...common,
      status: 'accepted',
      toOrganizationId: to.organizationId,
      expiresAt: accepted.expiresAt,
    });
    expect(await getOutcome(from, declined.id)).toMatchObject({
      ...common,
      status: 'declined',
      toOrganizationId: null,
    });
    expect(await getOutcome(from, expired.id)).toMatchObject({ ...common, status: 'expired', toOrganizationId: null });
    expect(
      await test.codeOf(
        getTransferOutcome,
        { organizationId: to.organizationId, transferId: accepted.id },
        { service: 'reminders' },
      ),
    ).toBe('TRANSFER_NOT_FOUND');
    for (const { id: transferId } of [accepted, declined])
      expect((await transfers.eventsOf(transferId)).map(({ event }) => event.organizationid)).toEqual([
        from.organizationId,
        from.organizationId,
      ]);
  });
});

describe('mails with offers', () => {
  const offerTo = (
    email: string,
    { organizationId, as }: TestOrganization,
    productId: ProductId,
    callerAddress?: string,
  ): Promise<string> =>
    test.codeOf(offerTransfer, { organizationId, productId, to: { kind: 'email', email } }, as.admin, {
      callerAddress,
    });
  const offerAndCancel = async (from: TestOrganization, productId: ProductId, email: string): Promise<void> => {
    const { transfer } = await transfers.offer(from, productId, { kind: 'email', email });
    await test.call(cancelTransfer, { organizationId: from.organizationId, transferId: transfer.id }, from.as.admin);
  };

  it('are limited to five per address, also when offers are cancelled; then one per hour', async () => {
    const [from, other] = [transfers.createOrganization(), transfers.createOrganization()];
    const [productId, secondProduct, productOfOther] = [
      await transfers.buy(from),
      await transfers.buy(from),
      await transfers.buy(other),
    ];
    for (let count = 0; count < 5; count += 1)
      await offerAndCancel(
        from,
        count % 2 ? productId : secondProduct,
        count % 2 ? 'ben@example.ch' : 'Ben@example.ch',
      );
    for (const offeredProduct of [productId, secondProduct])
      await expect(
        transfers.offer(from, offeredProduct, { kind: 'email', email: 'ben@EXAMPLE.ch' }),
      ).rejects.toMatchObject({
        code: 'TRANSFER_MAILS_LIMITED',
        status: 429,
        retryAfter: expect.any(Number),
      });
    await offerAndCancel(from, productId, 'eva@example.ch');
    await offerAndCancel(other, productOfOther, 'ben@example.ch');
    transfers.advanceClock(3_600_000);
    await offerAndCancel(from, productId, 'ben@example.ch');
    await expect(transfers.offer(from, productId, { kind: 'email', email: 'ben@example.ch' })).rejects.toMatchObject({
      code: 'TRANSFER_MAILS_LIMITED',
    });
    expect(JSON.stringify(await test.rows(`select key from attempt_count`))).not.toContain('example.ch');
  });

  it('to one address are limited for all organizations together', async () => {
    const codes: string[] = [];
    for (let count = 0; count < 21; count += 1) {
      const from = transfers.createOrganization();
      codes.push(await offerTo('flooded@example.ch', from, await transfers.buy(from)));
    }
    expect(codes).toEqual([...Array<string>(20).fill('ok'), 'TRANSFER_MAILS_LIMITED']);
  });

  it('of one network are limited for all organizations together', async () => {
    const codes: string[] = [];
    for (let count = 0; count < NETWORK_MAILS + 1; count += 1) {
      const from = transfers.createOrganization();
      codes.push(await offerTo(`of-network-${count}@example.ch`, from, await transfers.buy(from), '192.0.2.1'));
    }
    expect(codes).toEqual([...Array<string>(NETWORK_MAILS).fill('ok'), 'TRANSFER_MAILS_LIMITED']);
  });

  it('are counted correctly when offers are concurrent', async () => {
    const from = transfers.createOrganization();
    const products: ProductId[] = [];
    for (let count = 0; count < 7; count += 1) products.push(await transfers.buy(from));
    const codes = await Promise.all(products.map((productId) => offerTo('once@example.ch', from, productId)));
    expect(codes.filter((code) => code === 'ok')).toHaveLength(5);
    expect(codes.filter((code) => code === 'TRANSFER_MAILS_LIMITED')).toHaveLength(2);
  });
});

describe('a request is rejected when it', () => {
  it.each<[string, (from: TestOrganization, to: TestOrganization, productId: ProductId) => Promise<string>, string]>([
    [
      'offers a product without the permission',
      (from, _, productId) =>
        test.codeOf(
          offerTransfer,
          { organizationId: from.organizationId, productId, to: { kind: 'link' } },
          from.as.ben,
        ),
      'PERMISSION_DENIED',
    ],
    [
      'offers a product of another organization',
      (_, to, productId) =>
        test.codeOf(offerTransfer, { organizationId: to.organizationId, productId, to: { kind: 'link' } }, to.as.admin),
      'PRODUCT_NOT_FOUND',
    ],
    [
      'previews a product of another organization',
      (_, to, productId) => test.codeOf(previewTransfer, { organizationId: to.organizationId, productId }, to.as.admin),
      'PRODUCT_NOT_FOUND',
    ],
    [
      'previews a product without the permission',
      (from, _, productId) =>
        test.codeOf(previewTransfer, { organizationId: from.organizationId, productId }, from.as.eva),
      'PERMISSION_DENIED',
    ],
    [
      'accepts without the permission in the receiving organization',
      async (from, to, productId) =>
        transfers.codeOfAcceptance(to, await transfers.offerByLink(from, productId), to.as.ben),
      'PERMISSION_DENIED',
    ],
    [
      'accepts for an organization without a membership',
      async (from, to, productId) =>
        transfers.codeOfAcceptance(to, await transfers.offerByLink(from, productId), from.as.admin),
      'ORGANIZATION_NOT_FOUND',
    ],
    [
      'accepts for the organization that owns the product',
      async (from, _, productId) => transfers.codeOfAcceptance(from, await transfers.offerByLink(from, productId)),
      'TRANSFER_TARGET_SAME',
    ],
    [
      'cancels an offer of another organization',
      async (from, to, productId) =>
        test.codeOf(
          cancelTransfer,
          { organizationId: to.organizationId, transferId: (await transfers.offer(from, productId)).transfer.id },
          to.as.admin,
        ),
      'TRANSFER_NOT_FOUND',
    ],
    [
      'offers to an invalid mail address',
      (from, _, productId) =>
        test.codeOf(
          offerTransfer,
          { organizationId: from.organizationId, productId, to: { kind: 'email', email: 'x' } as never },
          from.as.admin,
        ),
      'INPUT_INVALID',
    ],
  ])('%s', async (_, attempt, code) => {
    const [from, to] = [transfers.createOrganization(), transfers.createOrganization()];
    const productId = await transfers.buy(from);
    expect(await attempt(from, to, productId)).toBe(code);
    expect(await transfers.owns(from, productId)).toBe(true);
  });
});
