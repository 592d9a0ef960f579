import { contracts } from '@cordee/contracts/catalogue';
import { serviceOf, type Contract } from '@cordee/contracts/contract';
import { createApiToken } from '@cordee/contracts/identity/api-token';
import { cancelInvitation, inviteMember, resendInvitation } from '@cordee/contracts/identity/invitation';
import { acceptRole, changeMember, removeMember } from '@cordee/contracts/identity/member';
import { changeOrganization } from '@cordee/contracts/identity/organization';
import { grantSupportAccess, revokeSupportAccess } from '@cordee/contracts/identity/support-access';
import { permissions } from '@cordee/contracts/permissions';
import { interfereAfterAuthorization } from '@cordee/testing/interfere-after-authorization';
import { declaredCodesOf } from '@cordee/testing/contract-objects';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { IdentityFixture, type JoinedPerson, type Person } from '../../test/identity.fixture.ts';

let fixture: IdentityFixture;
/** The legal representative of the organization of all tests. */
let chief: Person;
beforeAll(async () => {
  fixture = await IdentityFixture.start();
  chief = await fixture.signUp();
});
afterAll(() => fixture.service.stop());

/** An administrator who calls a command while the legal representative removes or blocks the administrator. */
interface TestCase {
  actor: JoinedPerson;
  organizationId: `org_${string}`;
}

let emailCount = 0;
const newEmail = (): string => `invited-${(emailCount += 1)}@example.ch`;
const join = (role: 'administrator' | 'collaborator'): Promise<JoinedPerson> => fixture.join(chief, role);

const supportAccessInput = { level: 'read', productIds: null, hours: 1, reason: 'The site is down' } as const;

const remove = ({ actor: { memberId }, organizationId }: TestCase): Promise<unknown> =>
  fixture.service.call(removeMember, { organizationId, memberId }, chief.as);
const invite = async ({ organizationId }: TestCase): Promise<`ivt_${string}`> => {
  const input = { organizationId, email: newEmail(), role: 'collaborator' } as const;
  return (await fixture.service.call(inviteMember, input, chief.as)).id;
};

/** Each command with a function that prepares its input. */
const preparedCommands: [Contract, (testCase: TestCase) => Promise<object>][] = [
  [changeMember, async () => ({ memberId: (await join('collaborator')).memberId, flags: ['billing.view'] })],
  [removeMember, async () => ({ memberId: (await join('collaborator')).memberId })],
  [
    acceptRole,
    async ({ actor, organizationId }) => {
      const change = { organizationId, memberId: actor.memberId, role: 'legal_representative' } as const;
      await fixture.service.call(changeMember, change, chief.as);
      return { memberId: actor.memberId };
    },
  ],
  [inviteMember, async () => ({ email: newEmail(), role: 'collaborator' })],
  [cancelInvitation, async (testCase) => ({ invitationId: await invite(testCase) })],
  [resendInvitation, async (testCase) => ({ invitationId: await invite(testCase) })],
  [changeOrganization, async () => ({ isSecondFactorRequired: false })],
  [grantSupportAccess, async () => supportAccessInput],
  [
    revokeSupportAccess,
    async ({ actor, organizationId }) => {
      const input = { ...supportAccessInput, organizationId };
      const { id: supportAccessId } = await fixture.service.call(grantSupportAccess, input, actor.as);
      return { supportAccessId };
    },
  ],
  [createApiToken, async () => ({ name: 'a', scopes: ['organization:read'], expiresInDays: 1 })],
];

async function setUp(): Promise<TestCase> {
  await fixture.forgetAttempts();
  return { actor: await join('administrator'), organizationId: chief.organizationId };
}

/** Calls a command during which `interfere` runs, and returns its code. */
const codeDuring = (
  contract: Contract,
  { actor, organizationId }: TestCase,
  input: object,
  interfere: () => Promise<unknown>,
): Promise<string> =>
  interfereAfterAuthorization(contract, interfere, () =>
    fixture.service.codeOf(contract, { ...input, organizationId }, actor.as),
  );

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
    expect(preparedCommands.map(([{ subject }]) => subject).toSorted()).toEqual(
      expected.map(({ subject }) => subject).toSorted(),
    );
  });

  describe.each(preparedCommands.map(([contract, prepare]) => [contract.subject, contract, prepare] as const))(
    '%s',
    (_, contract, prepare) => {
      it('answers with a declared code when the caller is removed after the authorization', async () => {
        const testCase = await setUp();
        const input = await prepare(testCase);
        expect(declaredCodesOf(contract)).toContain(
          await codeDuring(contract, testCase, input, () => remove(testCase)),
        );
      });

      it('answers with a declared code when the caller is blocked after the authorization', async () => {
        const testCase = await setUp();
        const input = await prepare(testCase);
        const { actor, organizationId } = testCase;
        const block = { organizationId, memberId: actor.memberId, isBlocked: true };
        const code = await codeDuring(contract, testCase, input, () =>
          fixture.service.call(changeMember, block, chief.as),
        );
        expect(declaredCodesOf(contract)).toContain(code);
      });
    },
  );
});
