import { DomainError, type FieldError } from '@cordee/contracts/domain-error';

/** A file that is refused as a whole. */
export const invalidBankFile = (detail: string, errors: FieldError[]): DomainError =>
  new DomainError('BANK_FILE_INVALID', { status: 422, detail, errors });
