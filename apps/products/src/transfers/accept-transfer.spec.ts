import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import {
  addResource,
  blockProduct,
  describeResource,
  getProduct,
  listProductResources,
} from '@cordee/contracts/products/product';
import { getProductSnapshot } from '@cordee/contracts/products/product-snapshot';
import { setPrice } from '@cordee/contracts/products/price';
import { reinstateProductType, retireProductType } from '@cordee/contracts/products/product-type';
import { cancelTransfer, previewTransfer } from '@cordee/contracts/products/transfer';
import { acceptTransfer, declineTransfer, describeTransfer } from '@cordee/contracts/products/transfer-offer';
import { type TestService } from '@cordee/testing/test-service';
import { TransfersFixture, id, renewalTerms, tokenOf } from '../../test/transfers.fixture.ts';
import { hashSecret } from './transfer-token.ts';

let transfers: TransfersFixture;
let test: TestService;
beforeAll(async () => {
  transfers = await TransfersFixture.start();
  test = transfers.test;
});
afterAll(() => transfers.stop());
beforeEach(() => transfers.detachErrors.clear());

describe('a transfer by link (PROD-5)', () => {
  it('moves the product with its resources from the offering organization to the accepting organization', async () => {
    const [from, to] = [transfers.createOrganization(), transfers.createOrganization()];
    const productId = await transfers.buy(from);
    const mailbox = await transfers.buy(from, 'mail_service');
    const address = await test.call(
      addResource,
      {
        organizationId: from.organizationId,
        productId: mailbox,
        kind: 'mail_address',
        name: 'ben@alpine.example',
        ownerAccountId: from.ben,
      },
      from.as.admin,
    );
    for (const movedProductId of [productId, mailbox]) {
      const token = await transfers.offerByLink(from, movedProductId);
      expect(await transfers.accept(to, token)).toMatchObject({
        organizationId: to.organizationId,
        productId: movedProductId,
      });
      expect([await transfers.owns(from, movedProductId), await transfers.owns(to, movedProductId)]).toEqual([
        false,
        true,
      ]);
      expect(
        await test.codeOf(
          getProduct,
          { organizationId: from.organizationId, productId: movedProductId },
          from.as.admin,
        ),
      ).toBe('PRODUCT_NOT_FOUND');
      expect(
        (
          await test.call(getProductSnapshot, { organizationId: from.organizationId }, { service: 'search' })
        ).products.map((product) => product.productId),
      ).not.toContain(movedProductId);
    }
    expect(
      (await test.call(getProduct, { organizationId: to.organizationId, productId: mailbox }, to.as.admin)).resources,
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
    const [search, resourceId] = [{ service: 'search' }, address.id];
    expect(await test.call(describeResource, { organizationId: to.organizationId, resourceId }, search)).toMatchObject({
      productId: mailbox,
      ownerAccountId: null,
    });
    expect(await test.codeOf(describeResource, { organizationId: from.organizationId, resourceId }, search)).toBe(
      'RESOURCE_NOT_FOUND',
    );
    expect(
      (await test.call(listProductResources, { organizationId: to.organizationId, productId: mailbox }, search)).data,
    ).toEqual([{ resourceId, kind: 'mail_address', name: 'ben@alpine.example' }]);
    expect(
      await test.codeOf(
        addResource,
        { organizationId: from.organizationId, productId: mailbox, kind: 'mail_address', name: 'new@alpine.example' },
        from.as.admin,
      ),
    ).toBe('PRODUCT_NOT_FOUND');
    expect(
      await test.codeOf(
        blockProduct,
        { organizationId: from.organizationId, productId: mailbox, reason: 'x' },
        from.as.admin,
      ),
    ).toBe('PRODUCT_NOT_FOUND');
  });

  it('publishes events to both organizations, in order, with the renewal terms and the accepting person', async () => {
    const [from, to] = [transfers.createOrganization(), transfers.createOrganization()];
    const productId = await transfers.buy(from, 'web_hosting');
    const { transferId } = await transfers.accept(to, await transfers.offerByLink(from, productId));
    // The first event of the product is about its creation.
    expect(
      (await transfers.eventsOf(productId))
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
        to.admin,
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
          renewal: renewalTerms,
          retained: [],
          retainedRight: null,
        },
        to.organizationId,
        to.admin,
      ],
    ]);
    expect((await transfers.eventsOf(transferId)).map(({ type, event }) => [type, event.organizationid])).toEqual([
      ['transfer.offered', from.organizationId],
      ['transfer.accepted', from.organizationId],
    ]);
    expect(transfers.detachCalls.get(productId)).toEqual([transferId]);
  });

  it('shows its link once, stores only a hash of the secret, and is accepted once', async () => {
    const [from, to, other] = [
      transfers.createOrganization(),
      transfers.createOrganization(),
      transfers.createOrganization(),
    ];
    const productId = await transfers.buy(from);
    const { link, transfer } = await transfers.offer(from, productId);
    expect(link).toMatch(/^https:\/\/console\.example\/transfer\?token=/);
    expect(await transfers.offer(from, productId)).toEqual({ transfer, link: null });
    const token = tokenOf(link);
    const idsByteLength = 32;
    const stored = (await transfers.transferRowOf(productId))['secret_hash'] as Buffer;
    expect(stored.equals(hashSecret(Buffer.from(token, 'base64url').subarray(idsByteLength)))).toBe(true);
    const changedToken = Buffer.from(token, 'base64url');
    // This byte is a part of the secret, which follows the two ids.
    changedToken[idsByteLength + 8]! ^= 1;
    for (const invalidToken of [
      changedToken.toString('base64url'),
      Buffer.from(token, 'base64url').subarray(0, idsByteLength).toString('base64url'),
      'nonsense',
    ])
      expect(await transfers.codeOfAcceptance(to, invalidToken)).toBe('TRANSFER_TOKEN_INVALID');
    await transfers.accept(to, token);
    expect(await transfers.accept(to, token)).toMatchObject({ transferId: transfer.id });
    expect(await transfers.codeOfAcceptance(other, token)).toBe('TRANSFER_NOT_OPEN');
    expect(transfers.detachCalls.get(productId)).toHaveLength(1);
  });

  it('is described before the acceptance with price, due date, retained users and detached settings', async () => {
    const [from, to] = [transfers.createOrganization(), transfers.createOrganization()];
    const productId = await transfers.buy(from);
    transfers.setGrants(from, [
      { holder: { kind: 'account', accountId: from.eva }, object: { kind: 'product', productId }, right: 'user' },
    ]);
    const token = await transfers.offerByLink(from, productId);
    expect(await test.call(describeTransfer, { token }, to.as.ben)).toMatchObject({
      type: 'drive',
      name: 'Files',
      fromOrganizationName: 'Alpine Rescue',
      interval: 'yearly',
      price: { amount: 6_700, currency: 'CHF' },
      dueOn: '2027-01-31',
      isOverdue: false,
      retainedUserCount: 1,
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

  it('is described with the current block of the product', async () => {
    const [from, to] = [transfers.createOrganization(), transfers.createOrganization()];
    const productId = await transfers.buy(from);
    const token = await transfers.offerByLink(from, productId);
    const isBlocked = async () => (await test.call(describeTransfer, { token }, to.as.admin)).isBlocked;
    expect(await isBlocked()).toBe(false);
    await test.call(
      blockProduct,
      { organizationId: from.organizationId, productId, reason: 'stolen password' },
      from.as.admin,
    );
    expect(await isBlocked()).toBe(true);
  });

  it('is described with the renewal price when the product type is retired', async () => {
    const [from, to] = [transfers.createOrganization(), transfers.createOrganization()];
    const token = await transfers.offerByLink(from, await transfers.buy(from));
    await test.call(retireProductType, { key: 'drive' }, { staff: id('acc') });
    expect((await test.call(describeTransfer, { token }, to.as.admin)).price).toEqual({
      amount: 6_700,
      currency: 'CHF',
    });
    await test.call(reinstateProductType, { key: 'drive' }, { staff: id('acc') });
  });
});

describe('a debt of the renewal warranty (C-REN-23)', () => {
  it('is shown in the preview, and prevents the offer', async () => {
    const from = transfers.createOrganization();
    const productId = await transfers.buy(from);
    transfers.openPeriodCounts.set(productId, 1);
    expect(
      await test.call(previewTransfer, { organizationId: from.organizationId, productId }, from.as.admin),
    ).toMatchObject({
      refusal: 'WARRANTY_DEBT_OPEN',
      detached: ['automatic_renewal', 'method', 'billing_address', 'renewal_warranty'],
      documentsStay: true,
    });
    await expect(transfers.offer(from, productId)).rejects.toMatchObject({ code: 'WARRANTY_DEBT_OPEN' });
  });

  it.each([
    ['WARRANTY_DEBT_OPEN', 'WARRANTY_DEBT_OPEN'],
    ['RENEWAL_CHARGE_RUNNING', 'RENEWAL_CHARGE_RUNNING'],
    ['RENEWAL_NOT_FOUND', 'PRODUCT_JUST_ARRIVED'],
  ])(
    'prevents the acceptance, like other errors of the renewals service: %s becomes %s, and the offer stays open',
    async (code, refusal) => {
      const [from, to] = [transfers.createOrganization(), transfers.createOrganization()];
      const productId = await transfers.buy(from);
      const token = await transfers.offerByLink(from, productId);
      transfers.detachErrors.set(productId, code);
      expect(await transfers.codeOfAcceptance(to, token)).toBe(refusal);
      expect([await transfers.owns(from, productId), await transfers.owns(to, productId)]).toEqual([true, false]);
      expect(await transfers.transferRowOf(productId)).toMatchObject({
        status: 'offered',
        to_organization_id: null,
        accepted_by: null,
      });
      transfers.detachErrors.clear();
      await transfers.accept(to, token);
      expect(await transfers.owns(to, productId)).toBe(true);
    },
  );
});

describe('an acceptance', () => {
  it('blocks other requests when it is interrupted after the reservation, and a retry finishes it', async () => {
    const [from, to, other] = [
      transfers.createOrganization(),
      transfers.createOrganization(),
      transfers.createOrganization(),
    ];
    const productId = await transfers.buy(from);
    const { transfer, link } = await transfers.offer(from, productId);
    transfers.detachErrors.set(productId, 'lost');
    expect(await transfers.codeOfAcceptance(to, tokenOf(link))).toBe('SERVICE_UNAVAILABLE');
    expect((await transfers.transferRowOf(productId))['status']).toBe('accepting');
    expect(await transfers.codeOfAcceptance(other, tokenOf(link))).toBe('TRANSFER_ACCEPTING');
    expect(
      await test.codeOf(
        cancelTransfer,
        { organizationId: from.organizationId, transferId: transfer.id },
        from.as.admin,
      ),
    ).toBe('TRANSFER_ACCEPTING');
    expect(await test.codeOf(declineTransfer, { token: tokenOf(link) }, other.as.admin)).toBe('TRANSFER_ACCEPTING');
    await expect(transfers.offer(from, productId, { kind: 'email', email: 'x@example.ch' })).rejects.toMatchObject({
      code: 'TRANSFER_OPEN',
    });
    transfers.detachErrors.clear();
    await transfers.accept(to, tokenOf(link));
    expect(await transfers.owns(to, productId)).toBe(true);
    expect((await transfers.eventsOf(productId)).filter(({ type }) => type === 'product.received')).toHaveLength(1);
  });

  it('is finished by the sweep when nobody retries it, also after the end of the 14 days of the offer', async () => {
    const [from, to] = [transfers.createOrganization(), transfers.createOrganization()];
    const productId = await transfers.buy(from);
    const token = await transfers.offerByLink(from, productId);
    transfers.detachErrors.set(productId, 'lost');
    await transfers.codeOfAcceptance(to, token);
    transfers.detachErrors.clear();
    // An offer is valid for 14 days.
    transfers.advanceClock(20 * 86_400_000);
    await test.until(() => transfers.owns(to, productId), 'the product to arrive');
    expect((await transfers.eventsOf((await transfers.accept(to, token)).transferId)).at(-1)!.data).toMatchObject({
      toOrganizationId: to.organizationId,
      acceptedBy: to.admin,
    });
  });

  it('is reverted when the renewals service rejects it in the sweep: the offer is open again', async () => {
    const [from, to] = [transfers.createOrganization(), transfers.createOrganization()];
    const productId = await transfers.buy(from);
    const token = await transfers.offerByLink(from, productId);
    transfers.detachErrors.set(productId, 'lost');
    await transfers.codeOfAcceptance(to, token);
    transfers.detachErrors.set(productId, 'WARRANTY_DEBT_OPEN');
    transfers.advanceClock(1_000);
    await test.until(
      async () => (await transfers.transferRowOf(productId))['status'] === 'offered',
      'the reopened offer',
    );
    expect(await transfers.owns(from, productId)).toBe(true);
  });

  it('succeeds for only one organization when two organizations accept concurrently', async () => {
    const [from, to, other] = [
      transfers.createOrganization(),
      transfers.createOrganization(),
      transfers.createOrganization(),
    ];
    const productId = await transfers.buy(from);
    const token = await transfers.offerByLink(from, productId);
    const codes = await Promise.all([
      transfers.codeOfAcceptance(to, token),
      transfers.codeOfAcceptance(other, token),
      transfers.codeOfAcceptance(to, token),
      transfers.codeOfAcceptance(other, token),
    ]);
    expect([...codes].sort()).toEqual(['TRANSFER_NOT_OPEN', 'TRANSFER_NOT_OPEN', 'ok', 'ok']);
    expect([await transfers.owns(to, productId), await transfers.owns(other, productId)].filter(Boolean)).toHaveLength(
      1,
    );
    expect((await transfers.eventsOf(productId)).map(({ type }) => type)).toEqual([
      'product.created',
      'product.transferred_away',
      'product.received',
    ]);
  });

  it('succeeds in both organizations when they accept products of each other concurrently', async () => {
    for (let round = 0; round < 3; round += 1) {
      const [organizationA, organizationB] = [transfers.createOrganization(), transfers.createOrganization()];
      const [productA, productB] = [await transfers.buy(organizationA), await transfers.buy(organizationB)];
      const [tokenA, tokenB] = [
        await transfers.offerByLink(organizationA, productA),
        await transfers.offerByLink(organizationB, productB),
      ];
      expect(
        await Promise.all([
          transfers.codeOfAcceptance(organizationB, tokenA),
          transfers.codeOfAcceptance(organizationA, tokenB),
        ]),
      ).toEqual(['ok', 'ok']);
      expect([await transfers.owns(organizationB, productA), await transfers.owns(organizationA, productB)]).toEqual([
        true,
        true,
      ]);
    }
  });

  it('never succeeds together with a concurrent cancellation', async () => {
    const [from, to] = [transfers.createOrganization(), transfers.createOrganization()];
    const productId = await transfers.buy(from);
    const offers = await Promise.all([1, 2, 3].map(() => transfers.offer(from, productId)));
    expect(new Set(offers.map(({ transfer }) => transfer.id)).size).toBe(1);
    const [token, transferId] = [tokenOf(offers.find(({ link }) => link)!.link), offers[0]!.transfer.id];
    const codes = await Promise.all([
      transfers.codeOfAcceptance(to, token),
      test.codeOf(cancelTransfer, { organizationId: from.organizationId, transferId }, from.as.admin),
    ]);
    expect(codes.filter((code) => code === 'ok')).toHaveLength(1);
    expect([await transfers.owns(from, productId), await transfers.owns(to, productId)].filter(Boolean)).toHaveLength(
      1,
    );
  });

  it('is rejected with TRANSFERS_BUSY when too many acceptances run concurrently', async () => {
    const from = transfers.createOrganization();
    const tokens: string[] = [];
    for (let index = 0; index < 12; index += 1)
      tokens.push(await transfers.offerByLink(from, await transfers.buy(from)));
    // Each acceptance is for another organization, because the calls of one organization wait for each other.
    const codes = await Promise.all(
      tokens.map((token) => transfers.codeOfAcceptance(transfers.createOrganization(), token)),
    );
    expect(new Set(codes)).toEqual(new Set(['ok', 'TRANSFERS_BUSY']));
  });
});

describe('an acceptance with quoted terms', () => {
  const chf = (amount: number) => ({ amount, currency: 'CHF' as const });
  const changeError = (...pointers: string[]) =>
    expect.objectContaining({
      code: 'TRANSFER_CHANGED',
      status: 409,
      errors: pointers.map((pointer) => expect.objectContaining({ pointer, code: 'transfer_changed' })),
    });

  it('is rejected when the accepting person saw another price', async () => {
    const [from, to] = [transfers.createOrganization(), transfers.createOrganization()];
    const productId = await transfers.buy(from, 'streaming');
    const token = await transfers.offerByLink(from, productId);
    const acceptWith = (quotedTerms: object) =>
      test.call(acceptTransfer, { organizationId: to.organizationId, token, ...quotedTerms }, to.as.admin);
    const { price: before } = await test.call(describeTransfer, { token }, to.as.admin);
    const validFrom = new Date(test.process.clock.now().getTime() + 86_400_000).toISOString().slice(0, 10);
    await test.call(
      setPrice,
      { type: 'streaming', currency: 'CHF', interval: 'yearly', amount: 999_900, validFrom },
      { staff: id('acc') },
    );
    transfers.advanceClock(2 * 86_400_000);
    const { price, dueOn } = await test.call(describeTransfer, { token }, to.as.admin);
    expect([before, price]).toEqual([chf(15_900), chf(999_900)]);
    // Without quoted terms in the request, the terms at the offer count.
    for (const quotedTerms of [
      {},
      { price: before, dueOn },
      { price: null },
      { price: { amount: 999_900, currency: 'EUR' } },
    ])
      await expect(acceptWith(quotedTerms)).rejects.toEqual(changeError('/price'));
    expect([
      await transfers.owns(from, productId),
      (await transfers.transferRowOf(productId))['status'],
      transfers.detachCalls.get(productId),
    ]).toEqual([true, 'offered', undefined]);
    await acceptWith({ price, dueOn });
    expect(await transfers.owns(to, productId)).toBe(true);
  });

  it('is rejected when the accepting person saw another due date', async () => {
    const [from, to] = [transfers.createOrganization(), transfers.createOrganization()];
    const productId = await transfers.buy(from);
    const token = await transfers.offerByLink(from, productId);
    const acceptWith = (quotedTerms: object) =>
      test.call(acceptTransfer, { organizationId: to.organizationId, token, ...quotedTerms }, to.as.admin);
    transfers.periodEnds.set(productId, '2026-06-30');
    await expect(acceptWith({})).rejects.toEqual(changeError('/dueOn'));
    await expect(acceptWith({ dueOn: null, price: chf(1) })).rejects.toEqual(changeError('/price', '/dueOn'));
    await acceptWith({ dueOn: '2026-06-30' });
    // A repeat after the acceptance succeeds even if the terms have changed.
    transfers.periodEnds.set(productId, '2027-06-30');
    await acceptWith({});
  });

  it('is rejected while the renewals service does not know the product yet', async () => {
    const [from, to] = [transfers.createOrganization(), transfers.createOrganization()];
    const productId = await transfers.buy(from);
    transfers.periodEnds.set(productId, 'unknown');
    const token = await transfers.offerByLink(from, productId);
    expect(await test.call(describeTransfer, { token }, to.as.admin)).toMatchObject({ price: null, dueOn: null });
    expect(await transfers.codeOfAcceptance(to, token)).toBe('PRODUCT_JUST_ARRIVED');
    transfers.periodEnds.delete(productId);
    // Neither these requests nor the offer contain terms.
    for (const quotedTerms of [{}, { price: null, dueOn: null }])
      expect(
        await test.codeOf(acceptTransfer, { organizationId: to.organizationId, token, ...quotedTerms }, to.as.admin),
      ).toBe('TRANSFER_CHANGED');
    const { price, dueOn } = await test.call(describeTransfer, { token }, to.as.admin);
    expect(
      await test.codeOf(acceptTransfer, { organizationId: to.organizationId, token, price, dueOn }, to.as.admin),
    ).toBe('ok');
  });
});
