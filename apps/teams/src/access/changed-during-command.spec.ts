import { contracts } from '@cordee/contracts/catalogue';
import { serviceOf, sharedErrors, type Contract } from '@cordee/contracts/contract';
import type { Id } from '@cordee/contracts/id';
import { permissions } from '@cordee/contracts/permissions';
import { endGrant } from '@cordee/contracts/teams/grant';
import { deleteTeam } from '@cordee/contracts/teams/team';
import { between } from '@cordee/testing/between';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Customer, TeamsFixture } from '../../test/teams.fixture.ts';

let fixture: TeamsFixture;
beforeAll(async () => {
  fixture = await TeamsFixture.start();
});
afterAll(() => fixture.test.stop());

/** An organization with the objects of a command. The administrator calls the command. */
interface Scene {
  customer: Customer;
  /** The ids of the scene, by prefix. They replace the ids of the example of a contract. */
  ids: { [Prefix in 'org' | 'team' | 'acc' | 'prd' | 'res' | 'grt']: Id<Prefix> };
}

async function setUp(): Promise<Scene> {
  const customer = new Customer(fixture);
  const { organizationId, people, drive, folder } = customer;
  const team = await customer.createTeam('Web', { accountIds: [people.ben] });
  const grant = await customer.give('ben', 'user', { kind: 'product', productId: drive });
  return {
    customer,
    ids: { org: organizationId, team: team.id, acc: people.ben, prd: drive, res: folder, grt: grant.id },
  };
}

/** Replaces the ids in the example of a contract by the ids of the scene. */
const inputFor = ({ example }: Contract, { ids }: Scene): object =>
  JSON.parse(
    JSON.stringify(example.input).replaceAll(
      /"(org|team|acc|prd|res|grt)_[^"]*"/g,
      (_, prefix: keyof Scene['ids']) => `"${ids[prefix]}"`,
    ),
  ) as object;

const interferences: [string, (scene: Scene) => Promise<unknown>][] = [
  ['the caller is removed', async ({ customer }) => customer.removePerson('admin')],
  ['the caller is blocked', async ({ customer }) => customer.changeMember(customer.people.admin, { isBlocked: true })],
  ['the person of the command is removed', async ({ customer }) => customer.removePerson('ben')],
  [
    'the product is removed',
    async ({ customer }) => {
      customer.products.splice(
        customer.products.findIndex(({ productId }) => productId === customer.drive),
        1,
      );
      fixture.test.snapshotChanged('products', customer.organizationId);
    },
  ],
  [
    'the team is deleted',
    ({ customer, ids }) =>
      fixture.test.call(deleteTeam, { organizationId: customer.organizationId, teamId: ids.team }, customer.as.chief),
  ],
  [
    'the grant is ended',
    ({ customer, ids }) =>
      fixture.test.call(endGrant, { organizationId: customer.organizationId, grantId: ids.grt }, customer.as.chief),
  ],
];

const commands = [...contracts.values()].filter(
  (contract) => contract.kind === 'command' && serviceOf(contract) === 'teams' && contract.access in permissions,
);

it('the commands of people are found', () => {
  expect(commands.length).toBeGreaterThan(10);
});

describe.each(commands.map((contract) => [contract.subject, contract] as const))('the command %s', (_, contract) => {
  it.each(interferences)('has a declared answer when %s after the authorization', async (_name, interfere) => {
    const scene = await setUp();
    const code = await between(
      contract,
      async () => {
        await interfere(scene);
        // Waits until the cache has the change.
        await fixture.test.process.access.forOrganization(scene.customer.organizationId);
      },
      () => fixture.test.codeOf(contract, inputFor(contract, scene) as never, scene.customer.as.admin),
    );
    expect(['ok', ...Object.keys(contract.errors), ...Object.keys(sharedErrors)]).toContain(code);
    expect(['INTERNAL', 'INPUT_INVALID']).not.toContain(code);
  });
});
