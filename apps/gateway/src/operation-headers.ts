import type { Contract } from '@cordee/contracts/contract';

const hasInputField = ({ input }: Contract, field: string): boolean =>
  field in ((input as unknown as { shape?: object }).shape ?? {});

/** True when the operation reads `If-Match`: the input then has the version as `ifMatch`. */
export const readsIfMatch = (contract: Contract): boolean => hasInputField(contract, 'ifMatch');

/** True when the operation reads `Access-Revision`: only calls in an organization use access data. */
export const readsAccessRevision = (contract: Contract): boolean =>
  contract.access !== 'public' && hasInputField(contract, 'organizationId');

/** True when the operation stores its answer for repeats with the same `Idempotency-Key`. */
export const readsIdempotencyKey = ({ kind, hasSecretOutput }: Contract): boolean =>
  kind === 'command' && !hasSecretOutput;
