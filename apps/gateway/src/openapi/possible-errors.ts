import { INTERNAL_ERROR, serviceOf, sharedErrors, type Contract } from '@cordee/contracts/contract';
import { declareFileContracts } from '@cordee/contracts/file';
import { readsAccessRevision, readsIdempotencyKey } from '../operation-headers.ts';

type SharedErrorCode = keyof typeof sharedErrors | 'INTERNAL';
export interface PossibleError {
  readonly code: string;
  readonly status: number;
  readonly title: string;
  /** False when the contract declares the error. */
  readonly isShared: boolean;
}

/** Returns the errors that the contract declares, and those of the upload that precedes the call. */
export function ownErrorsOf(contract: Contract): Contract['errors'] {
  const upload = contract.http?.upload ? declareFileContracts(serviceOf(contract)).appendFileChunk.errors : {};
  return { ...upload, ...contract.errors };
}

/** Returns every error that an operation can answer, sorted by status. */
export function possibleErrors(contract: Contract): PossibleError[] {
  const ownErrors = ownErrorsOf(contract);
  const sharedErrorCodes = sharedCodes(contract).filter((code) => !(code in ownErrors));
  return [
    ...sharedErrorCodes.map((code) => sharedError(code)),
    ...Object.entries(ownErrors).map(([code, { status, title }]) => ({ code, status, title, isShared: false })),
  ].sort((a, b) => a.status - b.status);
}

/** Returns an error that the operations of several contracts answer. */
export function sharedError(code: SharedErrorCode): PossibleError {
  const { status, title } = code === 'INTERNAL' ? INTERNAL_ERROR : sharedErrors[code];
  return { code, status, title, isShared: true };
}

function sharedCodes(contract: Contract): SharedErrorCode[] {
  const { access } = contract;
  const { method, path } = contract.http!;
  // The name of a permission contains a colon. An operation with the access `account` can name an organization too.
  const requiresMembership = access.includes(':') || (access === 'account' && readsAccessRevision(contract));
  const codesIf = (condition: boolean, ...codes: SharedErrorCode[]): SharedErrorCode[] => (condition ? codes : []);
  return [
    'INPUT_INVALID',
    'RATE_LIMITED',
    'INTERNAL',
    'SERVICE_UNAVAILABLE',
    ...codesIf(access !== 'public', 'SIGN_IN_REQUIRED', 'API_TOKEN_INVALID'),
    ...codesIf(contract.requiresRecentSignIn === true, 'INSUFFICIENT_USER_AUTHENTICATION'),
    ...codesIf(access !== 'public' && access !== 'staff', 'API_TOKEN_SCOPE_MISSING'),
    // A person who is not staff gets NOT_FOUND.
    ...codesIf(access === 'staff', 'NOT_FOUND'),
    ...codesIf(requiresMembership, 'PERMISSION_DENIED', 'ORGANIZATION_NOT_FOUND'),
    ...codesIf(method !== 'GET' || path.includes(':'), 'INPUT_NOT_PARSEABLE'),
    ...codesIf(method !== 'GET', 'BODY_TOO_LARGE', 'CONTENT_TYPE_UNSUPPORTED'),
    ...codesIf(contract.kind === 'command', 'VERSION_MISMATCH'),
    ...codesIf(readsAccessRevision(contract), 'ACCESS_REVISION_INVALID'),
    ...codesIf(readsIdempotencyKey(contract), 'IDEMPOTENCY_KEY_RUNNING', 'IDEMPOTENCY_KEY_REUSED'),
    ...codesIf(contract.idempotencyKey === 'required', 'IDEMPOTENCY_KEY_MISSING'),
  ];
}
