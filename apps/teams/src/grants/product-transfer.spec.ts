import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { cloudEventType } from '@cordee/contracts/cloud-event';
import { newId } from '@cordee/contracts/id';
import { memberAdded } from '@cordee/contracts/identity/member';
import { getCatalogue } from '@cordee/contracts/products/product-type';
import { productReceived, productTransferredAway } from '@cordee/contracts/products/transfer';
import { giveGrant, listGrants } from '@cordee/contracts/teams/grant';
import { restrictResource } from '@cordee/contracts/teams/restriction';
import { createTeam } from '@cordee/contracts/teams/team';
import { encode } from '@cordee/messaging/reply';
import { ServiceUnderTest, uuid, type Caller } from '@cordee/testing/service-under-test';
import { teamsService } from '../teams.service.ts';

let test: ServiceUnderTest;
const id = <P extends 'acc' | 'org' | 'prd' | 'mem' | 'trf' | 'res'>(prefix: P) => newId(prefix, new Date());
const drive = {
  key: 'drive', name: 'Drive', rights: ['admin', 'user', 'view'], resourceKinds: ['folder'], resourceRights: [{ kind: 'folder', rights: ['view'], defaultRights: [] }], vatClass: 'standard' as const, isWarrantyAtOrder: true, blockedStatus: 'blocked' as const,
  firstResourceKind: 'folder', productRights: ['admin', 'user'], isRetired: false, retiredRights: [], retiredKinds: [], version: 1, prices: [],
};
const folder = id('res');

beforeAll(async () => {
  test = await ServiceUnderTest.start(teamsService);
  await test.answer(getCatalogue, () => ({ data: [drive] }));
});
afterAll(() => test.stop());

class Organization {
  readonly organizationId = id('org');
  readonly chief = id('acc');
  readonly ben = id('acc');
  readonly as: Caller = { account: this.chief };

  constructor(readonly productId: `prd_${string}`, readonly other = id('prd')) {
    test.facts.people.set(this.organizationId, [this.chief, this.ben].map((accountId, index) => ({ accountId, memberId: id('mem'), role: index ? ('collaborator' as const) : ('administrator' as const), flags: [], isBlocked: false })));
    test.facts.products.set(this.organizationId, [{ productId, type: 'drive', name: 'Files', isBlocked: false, resources: [{ resourceId: folder, kind: 'folder', name: 'Plans' }] }, { productId: other, type: 'drive', name: 'Other', isBlocked: false }]);
  }

  give(holder: object, right: string, object: object) {
    return test.call(giveGrant, { organizationId: this.organizationId, holder, object, right } as never, this.as);
  }

  async grants() {
    return (await test.call(listGrants, { organizationId: this.organizationId }, this.as)).data;
  }
}

const received = (organizationId: `org_${string}`, productId: `prd_${string}`, keptAccountIds: `acc_${string}`[], endsAt: string | null = null) => ({
  organizationId, productId, transferId: id('trf'), fromOrganizationId: id('org'), type: 'drive', name: 'Files', kept: keptAccountIds.map((accountId) => ({ accountId, endsAt })), keptRight: 'user',
  renewal: { interval: 'yearly' as const, currency: 'CHF' as const, anchor: '2026-01-31', periodStart: '2026-01-31', periodEnd: '2027-01-31', hasExpired: false },
});
const holders = async (organizationId: `org_${string}`) =>
  (await test.rows(`select holder_account_id as holder, access_right as right, reason, given_at, ended_at from access_grant where organization_id = $1 order by id`, [uuid(organizationId)]));

describe('a product that is transferred (PROD-5)', () => {
  it('leaves nothing of what was given on it, to whomever; what was given on its type or on others stays', async () => {
    const one = new Organization(id('prd'));
    const { organizationId, productId, other, ben } = one;
    const team = await test.call(createTeam, { organizationId, name: 'Web', accountIds: [ben] }, one.as);
    const product = { kind: 'product', productId };
    await one.give({ kind: 'team', teamId: team.id }, 'user', product);
    await one.give({ kind: 'account', accountId: ben }, 'admin', product);
    await one.give({ kind: 'organization' }, 'user', product);
    await one.give({ kind: 'account', accountId: ben }, 'view', { kind: 'resource', productId, resourceId: folder });
    const stays = [await one.give({ kind: 'team', teamId: team.id }, 'user', { kind: 'product_type', type: 'drive' }), await one.give({ kind: 'account', accountId: ben }, 'user', { kind: 'product', productId: other })];
    await test.call(restrictResource, { organizationId, productId, resourceId: folder, holder: { kind: 'team', teamId: team.id } }, one.as);
    await test.report(productTransferredAway, { organizationId, productId, transferId: id('trf'), toOrganizationId: id('org') }, { actorId: one.chief });
    expect(await test.rows(`select lifted_by from restriction where organization_id = $1 and until is not null`, [uuid(organizationId)])).toEqual([{ lifted_by: one.chief }]);
    expect((await one.grants()).map((grant) => grant.id).sort()).toEqual(stays.map((grant) => grant.id).sort());
    expect((await test.outbox()).filter(({ type: name, data }) => name === 'teams.grant.ended' && data['organizationId'] === organizationId)).toHaveLength(4);
    expect(await test.rows(`select distinct ended_by from access_grant where organization_id = $1 and ended_at is not null`, [uuid(organizationId)])).toEqual([{ ended_by: one.chief }]);
  });

  it('that is here again keeps what was given since, although the news that it had left comes only now; without it nothing stays', async () => {
    const one = new Organization(id('prd'));
    const { organizationId, productId, ben } = one;
    const clock = () => test.process.clock.now().getTime();
    const standing = async () => (await one.grants()).map(({ right }) => right);
    await one.give({ kind: 'account', accountId: ben }, 'user', { kind: 'product', productId });
    await test.call(restrictResource, { organizationId, productId, resourceId: folder, holder: { kind: 'account', accountId: ben } }, one.as);
    const leftAt = new Date(clock() + 60_000).toISOString();
    test.moveClockTo(new Date(clock() + 120_000).toISOString());
    await one.give({ kind: 'account', accountId: ben }, 'admin', { kind: 'product', productId });
    await test.call(restrictResource, { organizationId, productId, resourceId: folder, holder: { kind: 'account', accountId: one.chief } }, one.as);
    const left = async (sequence: number) => {
      const eventId = newId('evt', new Date());
      const data = { organizationId, productId, transferId: id('trf'), toOrganizationId: id('org') };
      await test.bus.publishEvent(productTransferredAway.subject, eventId, encode({
        specversion: '1.0', id: eventId, source: '/products', type: cloudEventType(productTransferredAway), subject: productId, time: leftAt, dataschema: '', datacontenttype: 'application/json',
        actorid: one.chief, requestid: 'test', sequence, data, organizationid: organizationId,
      }));
    };
    await left(1);
    expect(await standing()).toEqual(['admin']);
    expect(await test.rows(`select holder_account_id as holder from restriction where organization_id = $1 and until is null`, [uuid(organizationId)])).toEqual([{ holder: uuid(one.chief) }]);
    test.facts.products.set(organizationId, [{ productId: one.other, type: 'drive', name: 'Other', isBlocked: false }]);
    test.factsChanged('products', organizationId);
    await left(2);
    expect(await standing()).toEqual([]);
  });

  it('gives those who used it the right to go on, once', async () => {
    const [organizationId, productId, eva, ben] = [id('org'), id('prd'), id('acc'), id('acc')];
    const fact = received(organizationId, productId, [eva, ben]);
    await test.report(productReceived, fact);
    await test.report(productReceived, fact, { sequence: 1 });
    expect(await holders(organizationId)).toMatchObject([eva, ben].map(() => ({ right: 'user', reason: 'kept at a transfer', ended_at: null })));
    expect(new Set((await holders(organizationId)).map(({ holder }) => holder))).toEqual(new Set([uuid(eva), uuid(ben)]));
  });

  it('gives it for as long as they could use it, and nothing that is over', async () => {
    const [organizationId, eva, ben] = [id('org'), id('acc'), id('acc')];
    const at = (milliseconds: number) => new Date(test.process.clock.now().getTime() + milliseconds).toISOString();
    const [tomorrow, yesterday] = [at(86_400_000), at(-86_400_000)];
    await test.report(productReceived, received(organizationId, id('prd'), [eva], tomorrow));
    await test.report(productReceived, received(organizationId, id('prd'), [ben], yesterday));
    const rows = await test.rows(`select holder_account_id as holder, ends_at from access_grant where organization_id = $1`, [uuid(organizationId)]);
    expect(rows).toEqual([{ holder: uuid(eva), ends_at: new Date(tomorrow) }]);
  });

  it.each([['before', true], ['after', false]])('keeps that right when the person is heard of %s the product, and nothing older', async (_, isPersonFirst) => {
    const [organizationId, productId, eva] = [id('org'), id('prd'), id('acc')];
    // What they had when they were here another time.
    await test.report(productReceived, received(organizationId, id('prd'), [eva]));
    await test.rows(`update access_grant set given_at = given_at - interval '1 day' where organization_id = $1`, [uuid(organizationId)]);
    const since = test.process.clock.now().toISOString();
    const addPerson = () => test.report(memberAdded, { organizationId, memberId: id('mem'), accountId: eva, role: 'external', invitationId: null, teamIds: [], grantsSince: since });
    const product = () => test.report(productReceived, received(organizationId, productId, [eva]));
    for (const report of isPersonFirst ? [addPerson, product] : [product, addPerson]) {
      await report();
      // The fact about the person carries a later time than the product's.
      test.moveClockTo(new Date(test.process.clock.now().getTime() + 5_000).toISOString());
    }
    expect((await holders(organizationId)).map(({ ended_at }) => ended_at === null)).toEqual([false, true]);
  });
});
