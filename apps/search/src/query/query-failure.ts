import { DomainError } from '@cordee/contracts/domain-error';

/**
 * A query that cannot be understood is refused with the place of the fault, never searched as plain text:
 * a silent text search would show "nothing found" for what is a slip of the pen.
 * Positions count UTF-16 code units from 0, as a text field's caret does.
 */
export function queryInvalid(code: string, position: number, detail: string): DomainError {
  return invalid('/q', code, `At position ${position}: ${detail}`);
}

/** The same for a filter that came as JSON, where the place is a JSON pointer. */
export function filterInvalid(pointer: string, code: string, detail: string): DomainError {
  return invalid(pointer, code, detail);
}

export function queryTooComplex(code: string, detail: string, pointer = '/q'): DomainError {
  return new DomainError('QUERY_TOO_COMPLEX', { status: 422, detail, errors: [{ pointer, detail, code }] });
}

function invalid(pointer: string, code: string, detail: string): DomainError {
  return new DomainError('QUERY_INVALID', { status: 422, detail, errors: [{ pointer, detail, code }] });
}
