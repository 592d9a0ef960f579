import { sharedErrors, type Contract } from '@cordee/contracts/contract';
import { DomainError, type FieldError } from '@cordee/contracts/domain-error';

/** The one answer shape on the bus; with the revision of the access facts that a write has led to, or that an answer is based on (ACC-3). */
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

/** Turns whatever a handler threw into the answer. What is not a declared refusal becomes INTERNAL without its text: internals are never shown. */
export function toReplyError(error: unknown, contract: Contract): ReplyError {
  if (!(error instanceof DomainError))
    return { code: 'INTERNAL', status: 500, title: 'Something went wrong on our side' };
  const declared = { ...sharedErrors, ...contract.errors }[error.code];
  return {
    code: error.code,
    status: declared?.status ?? error.status ?? 422,
    title: declared?.title ?? error.code,
    ...(error.detail ? { detail: error.detail } : {}),
    ...(error.errors.length ? { errors: error.errors } : {}),
    ...(error.retryAfter ? { retryAfter: error.retryAfter } : {}),
  };
}
