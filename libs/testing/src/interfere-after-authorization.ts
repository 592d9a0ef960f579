import type { Contract } from '@cordee/contracts/contract';
import { RequestPipeline } from '@cordee/service/request-pipeline';

/**
 * Runs `call`, and runs `interfere` once between the authorization and the transaction of the next call of the
 * contract. `interfere` simulates a change by another request. The calls that `interfere` makes run as usual.
 */
export async function interfereAfterAuthorization<T>(
  contract: Contract,
  interfere: () => Promise<unknown>,
  call: () => Promise<T>,
): Promise<T> {
  const execute = Object.getOwnPropertyDescriptor(RequestPipeline.prototype, 'execute')!;
  const original = execute.value as RequestPipeline['execute'];
  let hasRun = false;
  RequestPipeline.prototype.execute = async function executeAfterChange(...args) {
    if (!hasRun && args[0].contract.subject === contract.subject) {
      hasRun = true;
      await interfere();
    }
    return original.apply(this, args);
  };
  let result: T;
  try {
    result = await call();
  } finally {
    Object.defineProperty(RequestPipeline.prototype, 'execute', execute);
  }
  if (!hasRun) throw new Error(`no call of ${contract.subject} was authorized`);
  return result;
}
