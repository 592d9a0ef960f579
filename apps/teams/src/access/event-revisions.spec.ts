import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { readRevision } from '@cordee/access/access-revision';
import { productTransferredAway } from '@cordee/contracts/products/transfer';
import { Customer, hostings, id, TeamsFixture } from '../../test/teams.fixture.ts';

let fixture: TeamsFixture;
beforeAll(async () => {
  fixture = await TeamsFixture.start();
});
afterAll(() => fixture.test.stop());

it('events carry their access revision and the revisions of people and products behind them', async () => {
  const customer = new Customer(fixture);
  const { organizationId } = customer;
  fixture.test.snapshotChanged('people', organizationId);
  fixture.test.snapshotChanged('products', organizationId);
  fixture.test.snapshotChanged('products', organizationId);
  const revisions = async () =>
    (await customer.events()).map(({ type, event }) => [type, readRevision(organizationId, event.accessrevision!)]);
  await customer.team('Web', { accountIds: [customer.people.ben], grants: hostings('technical') });
  const first = { people: 1, grants: 1, products: 2 };
  expect(new Map((await revisions()) as [string, unknown][])).toEqual(
    new Map([
      ['teams.team.created', first],
      ['teams.team.members_changed', first],
      ['teams.grant.given', first],
    ]),
  );
  expect((await customer.snapshot()).revision).toBe(1);
  await customer.give('ben', 'technical');
  expect((await revisions()).at(-1)).toEqual(['teams.grant.given', { ...first, grants: 2 }]);
  // A reaction passes on the revision of its event, because teams reads no cached products here.
  fixture.test.snapshotChangedUnnotified('products', organizationId);
  await fixture.test.publishEvent(productTransferredAway, {
    organizationId,
    productId: customer.hosting,
    transferId: id('trf'),
    toOrganizationId: id('org'),
    ownershipNumber: 1,
  });
  expect((await revisions()).at(-1)).toEqual(['teams.grant.ended', { people: 1, grants: 3, products: 3 }]);
});
