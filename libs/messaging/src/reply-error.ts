import { INTERNAL_ERROR, sharedErrors, type Contract } from '@cordee/contracts/contract';
import { DomainError, type FieldError } from '@cordee/contracts/domain-error';

/** The error in a reply on the bus. `status` is the HTTP status. */
export interface ReplyError {
  code: string;
  status: number;
  title: string;
  detail?: string;
  errors?: FieldError[];
  retryAfter?: number;
}

/**
 * Converts an error to a reply. An error that is not a `DomainError` becomes INTERNAL without its text, because callers
 * must not see the text.
 */
export function toReplyError(error: unknown, contract: Pick<Contract, 'errors'>): ReplyError {
  if (!(error instanceof DomainError)) return INTERNAL_ERROR;
  const declaredError = { ...sharedErrors, ...contract.errors }[error.code];
  return {
    code: error.code,
    // 422 is the status of a code that neither the contract nor the error gives a status.
    status: declaredError?.status ?? error.status ?? 422,
    title: declaredError?.title ?? error.code,
    ...(error.detail ? { detail: error.detail } : {}),
    ...(error.errors.length ? { errors: error.errors } : {}),
    ...(error.retryAfter ? { retryAfter: error.retryAfter } : {}),
  };
}
