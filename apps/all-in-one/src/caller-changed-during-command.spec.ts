import { contracts } from '@cordee/contracts/catalogue';
import { serviceOf, type Contract } from '@cordee/contracts/contract';
import { newId } from '@cordee/contracts/id';
import { permissions } from '@cordee/contracts/permissions';
import { interfereAfterAuthorization } from '@cordee/testing/interfere-after-authorization';
import { declaredCodesOf } from '@cordee/testing/contract-objects';
import { TestService } from '@cordee/testing/test-service';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { services } from './services.ts';

/** The services identity and teams have their own specs for callers that change. */
const TESTED_ELSEWHERE = ['identity', 'teams'];

const commandsOf = (service: string): [subject: string, contract: Contract][] =>
  [...contracts.values()]
    .filter(
      (contract) => contract.kind === 'command' && serviceOf(contract) === service && contract.access in permissions,
    )
    .map((contract) => [contract.subject, contract]);

const testedServices = services.filter(({ name }) => !TESTED_ELSEWHERE.includes(name) && commandsOf(name).length > 0);

// The objects of the examples do not exist, so the commands answer as after the deletion of these objects.
// The specs `changed-during-call` change objects that exist.
describe.each(testedServices)('a command of $name', (definition) => {
  let test: TestService;
  beforeAll(async () => {
    test = await TestService.start(definition);
  });
  afterAll(() => test.stop());

  describe.each(commandsOf(definition.name))('%s', (_, contract) => {
    it.each(['removed', 'blocked', 'unchanged'])(
      'has a declared answer when the caller is %s after the authorization',
      async (change) => {
        const organizationId = newId('org', new Date());
        const accountId = newId('acc', new Date());
        const member = {
          accountId,
          memberId: newId('mem', new Date()),
          role: 'legal_representative' as const,
          flags: [],
        };
        const { people } = test.stubbedSnapshots;
        people.set(organizationId, [{ ...member, isBlocked: false }]);
        const interfere = async (): Promise<void> => {
          if (change === 'unchanged') return;
          people.set(organizationId, change === 'removed' ? [] : [{ ...member, isBlocked: true }]);
          test.snapshotChanged('people', organizationId);
          // Waits until the cache has the change.
          await test.process.access.people(organizationId);
        };
        const input = { ...(contract.example.input as object), organizationId };
        const code = await interfereAfterAuthorization(contract, interfere, () =>
          test.codeOf(contract, input, { account: accountId }, { idempotencyKey: newId('job', new Date()) }),
        );
        expect(declaredCodesOf(contract)).toContain(code);
      },
    );
  });
});
