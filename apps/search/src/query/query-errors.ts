import { DomainError } from '@cordee/contracts/domain-error';

/**
 * Creates the error of an invalid query text. An invalid query is refused and never searched as plain text: such a
 * search would find nothing and hide the typing error. Positions count UTF-16 code units from 0, like the caret of a
 * text field.
 */
export function queryInvalidError(code: string, position: number, detail: string): DomainError {
  const detailWithPosition = `At position ${position}: ${detail}`;
  return new DomainError('QUERY_INVALID', {
    status: 422,
    detail: detailWithPosition,
    errors: [{ pointer: '/q', detail: detailWithPosition, code }],
  });
}

export function queryTooComplexError(code: string, detail: string, pointer = '/q'): DomainError {
  return new DomainError('QUERY_TOO_COMPLEX', { status: 422, detail, errors: [{ pointer, detail, code }] });
}
