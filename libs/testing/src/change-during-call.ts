import { serviceOf, type Contract } from '@cordee/contracts/contract';
import { DomainError } from '@cordee/contracts/domain-error';
import { RpcClient } from '@cordee/messaging/rpc-client';

type Call = RpcClient['call'];

/**
 * Replaces the calls of a service to other services while `run` runs. The calls that fill the access cache are not
 * replaced.
 */
async function withForeignCalls<T>(
  service: string,
  replace: (contract: Contract, call: () => Promise<unknown>) => Promise<unknown>,
  run: () => Promise<T>,
): Promise<T> {
  const descriptor = Object.getOwnPropertyDescriptor(RpcClient.prototype, 'call')!;
  const original = descriptor.value as Call;
  RpcClient.prototype.call = function replacedCall(this: RpcClient, ...args: Parameters<Call>) {
    const [contract] = args;
    const call = (): Promise<unknown> => original.apply(this, args);
    const isForeign = this.service === service && serviceOf(contract) !== service && !contract.isForAccess;
    return isForeign ? replace(contract, call) : call();
  } as Call;
  try {
    return await run();
  } finally {
    Object.defineProperty(RpcClient.prototype, 'call', descriptor);
  }
}

/** Returns the contracts of other services that a service calls while `run` runs. */
export async function foreignContractsOf(service: string, run: () => Promise<unknown>): Promise<Contract[]> {
  const called = new Set<Contract>();
  await withForeignCalls(
    service,
    (contract, call) => {
      called.add(contract);
      return call();
    },
    run,
  );
  return [...called];
}

/** Runs `interfere` once, after the first answer of another service, while the service still handles its call. */
export function afterForeignAnswer<T>(
  service: string,
  interfere: () => Promise<unknown>,
  run: () => Promise<T>,
): Promise<T> {
  let hasRun = false;
  return withForeignCalls(
    service,
    async (_, call) => {
      const answer = await call();
      if (!hasRun) {
        hasRun = true;
        await interfere();
      }
      return answer;
    },
    run,
  );
}

/** Makes every call of a contract of another service fail with a code. */
export const withForeignError = <T>(
  service: string,
  { subject }: Contract,
  code: string,
  run: () => Promise<T>,
): Promise<T> =>
  withForeignCalls(
    service,
    (contract, call) => (contract.subject === subject ? Promise.reject(new DomainError(code)) : call()),
    run,
  );
