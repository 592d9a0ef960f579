import { serviceOf, type Contract } from '@cordee/contracts/contract';
import { DomainError } from '@cordee/contracts/domain-error';
import { RpcClient } from '@cordee/messaging/rpc-client';

type Call = RpcClient['call'];

/**
 * Replaces the foreign calls of a service while `run` runs. Foreign calls are calls to other services, except the calls
 * that fill the access cache.
 */
async function replaceForeignCalls<T>(
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
  await replaceForeignCalls(
    service,
    (contract, call) => {
      called.add(contract);
      return call();
    },
    run,
  );
  return [...called];
}

/** Runs `run`, and runs `interfere` once after the first answer of another service. */
export function interfereAfterForeignAnswer<T>(
  service: string,
  interfere: () => Promise<unknown>,
  run: () => Promise<T>,
): Promise<T> {
  let hasRun = false;
  return replaceForeignCalls(
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

/** Runs `run` while every call of this contract of another service fails with a code. */
export const failForeignCalls = <T>(
  service: string,
  { subject }: Contract,
  code: string,
  run: () => Promise<T>,
): Promise<T> =>
  replaceForeignCalls(
    service,
    (contract, call) => (contract.subject === subject ? Promise.reject(new DomainError(code)) : call()),
    run,
  );
