import { sharedErrors, type Contract } from '@cordee/contracts/contract';
import { DomainError, type FieldError } from '@cordee/contracts/domain-error';

/**
 * The shape of a reply on the bus. `accessRevision` is the revision that a write has created or that the result of a
 * read is based on (ACC-3).
 */
export type Reply = { output: unknown; accessRevision?: string } | { error: ReplyError };

export interface ReplyError {
  code: string;
  status: number;
  title: string;
  detail?: string;
  errors?: FieldError[];
  retryAfter?: number;
}

const encoder = new TextEncoder();
const decoder = new TextDecoder();

export const encode = (value: unknown): Uint8Array => encoder.encode(JSON.stringify(value));
export const decode = (data: Uint8Array): unknown => JSON.parse(decoder.decode(data)) as unknown;

/**
 * Converts an error to a reply. An error that is not a `DomainError` becomes INTERNAL without its text, because callers
 * must not see the text.
 */
export function toReplyError(error: unknown, contract: Contract): ReplyError {
  if (!(error instanceof DomainError))
    return { code: 'INTERNAL', status: 500, title: 'Something went wrong on our side' };
  const declared = { ...sharedErrors, ...contract.errors }[error.code];
  return {
    code: error.code,
    // 422 is the status of a code that neither the contract nor the error gives a status.
    status: declared?.status ?? error.status ?? 422,
    title: declared?.title ?? error.code,
    ...(error.detail ? { detail: error.detail } : {}),
    ...(error.errors.length ? { errors: error.errors } : {}),
    ...(error.retryAfter ? { retryAfter: error.retryAfter } : {}),
  };
}
