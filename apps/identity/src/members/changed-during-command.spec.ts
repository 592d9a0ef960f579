import { contracts } from '@cordee/contracts/catalogue';
import { serviceOf, sharedErrors, type Contract } from '@cordee/contracts/contract';
import { createApiToken } from '@cordee/contracts/identity/api-token';
import { cancelInvitation, inviteMember, resendInvitation } from '@cordee/contracts/identity/invitation';
import { acceptRole, changeMember, removeMember } from '@cordee/contracts/identity/member';
import { changeOrganization } from '@cordee/contracts/identity/organization';
import { grantSupportAccess, revokeSupportAccess } from '@cordee/contracts/identity/support-access';
import { permissions } from '@cordee/contracts/permissions';
import { between } from '@cordee/testing/between';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { IdentityFixture, type Joined, type Person } from '../../test/identity.fixture.ts';

let fixture: IdentityFixture;
beforeAll(async () => {
  fixture = await IdentityFixture.start();
});
afterAll(() => fixture.service.stop());

/** An organization in which an administrator acts while a legal representative interferes. */
interface Scene {
  chief: Person;
  actor: Joined;
  other: Joined;
  organizationId: `org_${string}`;
}

interface Attempt {
  input: object;
  /** Deletes the object of the command. */
  deleteObject?: () => Promise<unknown>;
}

const supportAccessInput = { level: 'read', productIds: null, hours: 1, reason: 'The site is down' } as const;

const remove = ({ chief, organizationId }: Pick<Scene, 'chief' | 'organizationId'>, { memberId }: Joined) =>
  fixture.service.call(removeMember, { organizationId, memberId }, chief.as);
const invite = async ({ chief, organizationId }: Scene): Promise<`ivt_${string}`> => {
  const input = { organizationId, email: 'eva@example.ch', role: 'collaborator' } as const;
  return (await fixture.service.call(inviteMember, input, chief.as)).id;
};
const cancel = ({ chief, organizationId }: Scene, invitationId: `ivt_${string}`) =>
  fixture.service.call(cancelInvitation, { organizationId, invitationId }, chief.as);

const attempts: [Contract, (scene: Scene) => Promise<Attempt>][] = [
  [
    changeMember,
    async ({ other, ...scene }) => ({
      input: { memberId: other.memberId, flags: ['billing.view'] },
      deleteObject: () => remove(scene, other),
    }),
  ],
  [
    removeMember,
    async ({ other, ...scene }) => ({
      input: { memberId: other.memberId },
      deleteObject: () => remove(scene, other),
    }),
  ],
  [
    acceptRole,
    async ({ actor, chief, organizationId }) => {
      const change = { organizationId, memberId: actor.memberId, role: 'legal_representative' } as const;
      await fixture.service.call(changeMember, change, chief.as);
      return { input: { memberId: actor.memberId } };
    },
  ],
  [inviteMember, async () => ({ input: { email: 'dora@example.ch', role: 'collaborator' } })],
  [
    cancelInvitation,
    async (scene) => {
      const invitationId = await invite(scene);
      return { input: { invitationId }, deleteObject: () => cancel(scene, invitationId) };
    },
  ],
  [
    resendInvitation,
    async (scene) => {
      const invitationId = await invite(scene);
      return { input: { invitationId }, deleteObject: () => cancel(scene, invitationId) };
    },
  ],
  [changeOrganization, async () => ({ input: { isSecondFactorRequired: false } })],
  [grantSupportAccess, async () => ({ input: supportAccessInput })],
  [
    revokeSupportAccess,
    async ({ actor, chief, organizationId }) => {
      const input = { ...supportAccessInput, organizationId };
      const { id: supportAccessId } = await fixture.service.call(grantSupportAccess, input, actor.as);
      return {
        input: { supportAccessId },
        deleteObject: () => fixture.service.call(revokeSupportAccess, { organizationId, supportAccessId }, chief.as),
      };
    },
  ],
  [createApiToken, async () => ({ input: { name: 'a', scopes: ['organization:read'], expiresInDays: 1 } })],
];

async function setUp(): Promise<Scene> {
  const chief = await fixture.signUp();
  const actor = await fixture.join(chief, 'administrator');
  const other = await fixture.join(chief, 'collaborator');
  return { chief, actor, other, organizationId: chief.organizationId };
}

/** Returns the code of a command during which `interfere` runs. */
const codeDuring = (
  contract: Contract,
  { actor, organizationId }: Scene,
  { input }: Attempt,
  interfere: () => Promise<unknown>,
): Promise<string> =>
  between(contract, interfere, () => fixture.service.codeOf(contract, { ...input, organizationId }, actor.as));

const declaredCodesOf = ({ errors }: Contract): string[] => [
  'ok',
  ...Object.keys(errors),
  ...Object.keys(sharedErrors),
];

describe('a command', () => {
  it('is tested here when it concerns an organization and a person may call it', () => {
    const expected = [...contracts.values()].filter(
      (contract) =>
        contract.kind === 'command' &&
        serviceOf(contract) === 'identity' &&
        (contract.access in permissions || contract.access === 'account') &&
        'shape' in contract.input &&
        'organizationId' in (contract.input.shape as object),
    );
    expect(attempts.map(([{ subject }]) => subject).toSorted()).toEqual(
      expected.map(({ subject }) => subject).toSorted(),
    );
  });

  describe.each(attempts.map(([contract, prepare]) => [contract.subject, contract, prepare] as const))(
    '%s',
    (_, contract, prepare) => {
      it('has a declared answer when the caller is removed after the authorization', async () => {
        const scene = await setUp();
        const attempt = await prepare(scene);
        expect(declaredCodesOf(contract)).toContain(
          await codeDuring(contract, scene, attempt, () => remove(scene, scene.actor)),
        );
      });

      it('has a declared answer when the caller is blocked after the authorization', async () => {
        const scene = await setUp();
        const attempt = await prepare(scene);
        const { chief, actor, organizationId } = scene;
        const block = { organizationId, memberId: actor.memberId, isBlocked: true };
        const code = await codeDuring(contract, scene, attempt, () =>
          fixture.service.call(changeMember, block, chief.as),
        );
        expect(declaredCodesOf(contract)).toContain(code);
      });

      it('has a declared answer when its object is deleted after the authorization', async () => {
        const scene = await setUp();
        const { deleteObject, ...attempt } = await prepare(scene);
        const code = await codeDuring(contract, scene, attempt, () => deleteObject?.() ?? Promise.resolve());
        expect(declaredCodesOf(contract)).toContain(code);
      });
    },
  );
});
