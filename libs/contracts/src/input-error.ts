import { DomainError } from './domain-error.ts';

/** An error of one or several input fields (RFC 6901 JSON pointers); the fields have the code in lower case. */
export const inputError = (code: string, pointers: string | readonly string[], detail: string): DomainError =>
  new DomainError(code, {
    errors: [pointers].flat().map((pointer) => ({ pointer, detail, code: code.toLowerCase() })),
  });
