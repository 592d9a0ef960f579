import { DomainError } from '@cordee/contracts/domain-error';

/**
 * The error of an invalid query text. It is refused and never searched as plain text: that would find nothing and
 * hide the typing error. Positions count UTF-16 code units from 0, like the caret of a text field.
 */
export function queryInvalid(code: string, position: number, detail: string): DomainError {
  return invalid('/q', code, `At position ${position}: ${detail}`);
}

export function queryTooComplex(code: string, detail: string, pointer = '/q'): DomainError {
  return new DomainError('QUERY_TOO_COMPLEX', { status: 422, detail, errors: [{ pointer, detail, code }] });
}

function invalid(pointer: string, code: string, detail: string): DomainError {
  return new DomainError('QUERY_INVALID', { status: 422, detail, errors: [{ pointer, detail, code }] });
}
