import type { Contract } from '@cordee/contracts/contract';
import { newId } from '@cordee/contracts/id';
import { describe, expect, it } from '@jest/globals';
import { interfereAfterAuthorization } from './interfere-after-authorization.ts';
import { interfereAfterForeignAnswer, foreignContractsOf, failForeignCalls } from './foreign-calls.ts';
import { contractsWithObjects, declaredCodesOf } from './contract-objects.ts';
import { digestOfRows } from './digest-of-rows.ts';
import type { Caller, TestService } from './test-service.ts';

/** A call of a contract, with new objects that its input names. */
export interface TestCase {
  input: object;
  as: Caller;
  /** The changes of the objects, by name: another request removes, ends, blocks or moves an object. */
  changes: Record<string, ObjectChange>;
}

export interface ObjectChange {
  make: () => Promise<unknown>;
  /** The code of the call when the change is made after the authorization, before the transaction. */
  code: string;
}

export type TestCases = readonly (readonly [contract: Contract, prepare: () => Promise<TestCase>])[];

/**
 * Defines the tests of a service that change the objects of each call in the middle of the call. A call must have an
 * answer that its contract declares, and a refused call must change nothing. The contracts decide which calls need a
 * test case: a new command without one fails.
 */
export function testChangedObjects(service: string, test: () => TestService, testCases: TestCases): void {
  it('every call that names an object has a test case', () => {
    expect(testCases.map(([{ subject }]) => subject).toSorted()).toEqual(
      contractsWithObjects(service)
        .map(({ subject }) => subject)
        .toSorted(),
    );
  });

  describe.each(testCases.map(([contract, prepare]) => [contract.subject, contract, prepare] as const))(
    '%s',
    (_, contract, prepare) => {
      const codeOf = ({ input, as }: TestCase): Promise<string> =>
        test().codeOf(
          contract,
          input,
          as,
          contract.idempotencyKey === 'required' ? { idempotencyKey: newId('job', new Date()) } : {},
        );

      /** Makes a call with an interference. Checks its answer, and the rows after a refusal. */
      async function checkAnswer(
        name: string,
        interfere: () => Promise<unknown>,
        call: (interfere: () => Promise<void>) => Promise<string>,
      ): Promise<string> {
        let before: unknown;
        const code = await call(async () => {
          await interfere();
          before = await digestOfRows(test());
        });
        if (!declaredCodesOf(contract).includes(code)) throw new Error(`${name}: ${code} is not declared`);
        if (code !== 'ok' && before) expect({ [name]: await digestOfRows(test()) }).toEqual({ [name]: before });
        return code;
      }

      it('has the declared answer when an object changes after the authorization', async () => {
        for (const { name, change, testCase } of await testCasesOfChanges(prepare)) {
          const code = await checkAnswer(name, change.make, (interfere) =>
            interfereAfterAuthorization(contract, interfere, () => codeOf(testCase)),
          );
          expect({ [name]: code }).toEqual({ [name]: change.code });
        }
      });

      it('succeeds without a change, and has a declared answer after a change or a foreign error', async () => {
        const unchangedCase = await prepare();
        let code: string | undefined;
        const called = await foreignContractsOf(service, async () => (code = await codeOf(unchangedCase)));
        expect(code).toBe('ok');
        if (called.length === 0) return;
        for (const { name, change, testCase } of await testCasesOfChanges(prepare))
          await checkAnswer(name, change.make, (interfere) =>
            interfereAfterForeignAnswer(service, interfere, () => codeOf(testCase)),
          );
        for (const foreign of called)
          for (const error of Object.keys(foreign.errors)) {
            const testCase = await prepare();
            await checkAnswer(`${foreign.subject} answers ${error}`, noChange, async (interfere) => {
              await interfere();
              return failForeignCalls(service, foreign, error, () => codeOf(testCase));
            });
          }
      });
    },
  );
}

const noChange = (): Promise<void> => Promise.resolve();

/** Prepares a test case for each change. */
async function testCasesOfChanges(
  prepare: () => Promise<TestCase>,
): Promise<{ name: string; change: ObjectChange; testCase: TestCase }[]> {
  const first = await prepare();
  const names = Object.keys(first.changes);
  const others = await Promise.all(names.slice(1).map(() => prepare()));
  return [first, ...others].map((testCase, index) => {
    const name = names[index]!;
    return { name, change: testCase.changes[name]!, testCase };
  });
}
