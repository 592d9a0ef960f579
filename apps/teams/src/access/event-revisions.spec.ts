import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { readRevision } from '@cordee/access/access-revision';
import { productTransferredAway } from '@cordee/contracts/products/transfer-events';
import { Customer, hostingGrants, id, TeamsFixture } from '../../test/teams.fixture.ts';

let fixture: TeamsFixture;
beforeAll(async () => {
  fixture = await TeamsFixture.start();
});
afterAll(() => fixture.test.stop());

it('an event contains the revision of its change and of the people and products that the change needs', async () => {
  const customer = new Customer(fixture);
  const { organizationId } = customer;
  // The people then have the revision 1, and the products the revision 2.
  fixture.test.snapshotChanged('people', organizationId);
  fixture.test.snapshotChanged('products', organizationId);
  fixture.test.snapshotChanged('products', organizationId);
  const listRevisions = async () =>
    (await customer.listEvents()).map(({ type, event }) => [type, readRevision(organizationId, event.accessrevision!)]);
  await customer.createTeam('Web', { accountIds: [customer.people.ben], grants: hostingGrants('technical') });
  const firstRevisions = { people: 1, grants: 1, products: 2 };
  expect(new Map((await listRevisions()) as [string, unknown][])).toEqual(
    new Map([
      ['teams.team.created', firstRevisions],
      ['teams.team.members_changed', firstRevisions],
      ['teams.grant.given', firstRevisions],
    ]),
  );
  expect((await customer.loadSnapshot()).revision).toBe(1);
  await customer.give('ben', 'technical');
  expect((await listRevisions()).at(-1)).toEqual(['teams.grant.given', { ...firstRevisions, grants: 2 }]);
  // The reaction uses no cached products, so its event contains the products revision of the consumed event.
  fixture.test.changeSnapshotSilently('products', organizationId);
  await fixture.test.publishEvent(productTransferredAway, {
    organizationId,
    productId: customer.hosting,
    transferId: id('trf'),
    toOrganizationId: id('org'),
    ownershipNumber: 1,
  });
  expect((await listRevisions()).at(-1)).toEqual(['teams.grant.ended', { people: 1, grants: 3, products: 3 }]);
});
