import type { Contract } from '@cordee/contracts/contract';
import type { Id } from '@cordee/contracts/id';
import { getDefaultRights, setDefaultRights } from '@cordee/contracts/teams/default-rights';
import { endGrant, giveGrant } from '@cordee/contracts/teams/grant';
import { setPersonRights } from '@cordee/contracts/teams/person-rights';
import { deleteTeam } from '@cordee/contracts/teams/team';
import { contractsWithObjects } from '@cordee/testing/contract-objects';
import { testChangedObjects, type ObjectChange, type TestCase } from '@cordee/testing/test-changed-objects';
import type { Caller } from '@cordee/testing/test-service';
import { afterAll, beforeAll } from '@jest/globals';
import { Customer, TeamsFixture } from '../../test/teams.fixture.ts';

let fixture: TeamsFixture;
beforeAll(async () => {
  fixture = await TeamsFixture.start();
});
afterAll(() => fixture.test.stop());

/**
 * Input fields that replace fields of an example, because the product of the test case does not have the values of the
 * example.
 */
const VALID_FIELDS: Record<string, object> = {
  [giveGrant.subject]: { right: 'user' },
  [setPersonRights.subject]: { rights: ['user'] },
  [getDefaultRights.subject]: { kind: 'folder' },
  [setDefaultRights.subject]: { kind: 'folder', rights: ['view'] },
};

/**
 * The calls that are refused after a change, by change and code. Other calls succeed, because the change does not
 * concern them.
 */
const REFUSED_CALLS: Record<string, Record<string, readonly string[]>> = {
  'the caller is removed': {
    ORGANIZATION_NOT_FOUND: ['team.add_members', 'team.get', 'team.remove_member', 'team.remove_members'],
    PERMISSION_DENIED: ['access.check', 'access.check_many', 'access.explain', 'access.list_of_person'],
    TEAM_NOT_FOUND: ['access.describe_team'],
  },
  'the caller is blocked': {
    TEAM_NOT_FOUND: [
      'team.add_members',
      'team.get',
      'team.remove_member',
      'team.remove_members',
      'access.describe_team',
    ],
    PERMISSION_DENIED: ['access.check', 'access.check_many', 'access.explain', 'access.list_of_person'],
  },
  'the team is deleted': {
    TEAM_NOT_FOUND: [
      'team.add_members',
      'team.change',
      'team.change_member',
      'team.get',
      'team.remove_member',
      'team.remove_members',
      'restriction.set',
      'access.describe_team',
    ],
  },
  'the person is removed': {
    TEAM_MEMBER_NOT_FOUND: ['team.change_member'],
    PERSON_UNKNOWN: ['team.create', 'grant.give', 'grant.preview'],
    PERSON_NOT_FOUND: ['person_rights.get', 'person_rights.set', 'access.list_of_person'],
  },
  'the product is transferred': {
    PRODUCT_NOT_FOUND: [
      'grant.give',
      'person_rights.get',
      'person_rights.set',
      'restriction.list',
      'restriction.lift',
      'restriction.set',
      'default_rights.get',
      'default_rights.set',
      'access.list_holders',
    ],
  },
};

const expectedCodeOf = ({ subject }: Contract, change: string): string =>
  Object.entries(REFUSED_CALLS[change] ?? {}).find(([, calls]) =>
    calls.some((name) => subject === `rpc.teams.${name}.v1`),
  )?.[0] ?? 'ok';

/** The ids of a test case, by prefix. They replace the ids of the example of a contract. */
type Ids = { [Prefix in 'org' | 'team' | 'acc' | 'prd' | 'res' | 'grt']: Id<Prefix> };

/** Replaces the ids in the example of a contract by the ids of the test case. */
const inputFor = ({ example }: Contract, ids: Ids): object =>
  JSON.parse(
    JSON.stringify(example.input).replaceAll(
      /"(org|team|acc|prd|res|grt)_[^"]*"/g,
      (_, prefix: keyof Ids) => `"${ids[prefix]}"`,
    ),
  ) as object;

/** Creates a test case: an organization with the objects of a call. The caller is the administrator, or a service. */
const testCaseFactoryOf = (contract: Contract) => async (): Promise<TestCase> => {
  const customer = new Customer(fixture);
  const { organizationId, people, drive, folder } = customer;
  const team = await customer.createTeam('Support', { accountIds: [people.ben] });
  const grant = await customer.give('ben', 'user', { kind: 'product', productId: drive });
  const ids = { org: organizationId, team: team.id, acc: people.ben, prd: drive, res: folder, grt: grant.id };
  const removeProduct = (): void => {
    const { products } = customer;
    products.splice(
      products.findIndex(({ productId }) => productId === drive),
      1,
    );
    fixture.test.snapshotChanged('products', organizationId);
  };
  const changesByName: Record<string, () => unknown> = {
    'the caller is removed': () => customer.removePerson('admin'),
    'the caller is blocked': () => customer.changeMember(people.admin, { isBlocked: true }),
    'the person is removed': () => customer.removePerson('ben'),
    'the product is transferred': removeProduct,
    'the team is deleted': () => fixture.test.call(deleteTeam, { organizationId, teamId: team.id }, customer.as.chief),
    'the grant is ended': () => fixture.test.call(endGrant, { organizationId, grantId: grant.id }, customer.as.chief),
  };
  const as: Caller = contract.access === 'service' ? { service: 'reminders' } : customer.as.admin;
  return {
    input: { ...inputFor(contract, ids), ...VALID_FIELDS[contract.subject] },
    as,
    changes: Object.fromEntries(
      Object.entries(changesByName).map(([name, make]): [string, ObjectChange] => [
        name,
        {
          make: async () => {
            await make();
            // Waits until the cache has the change.
            await fixture.test.process.access.forOrganization(organizationId);
          },
          code: expectedCodeOf(contract, name),
        },
      ]),
    ),
  };
};

testChangedObjects(
  'teams',
  () => fixture.test,
  contractsWithObjects('teams').map((contract) => [contract, testCaseFactoryOf(contract)]),
);
