import { DomainError } from './domain-error.ts';

/** Creates an error of input fields (RFC 6901 JSON pointers). Each field error has the code in lower case. */
export const inputError = (code: string, pointers: string | readonly string[], detail: string): DomainError =>
  new DomainError(code, {
    errors: [pointers].flat().map((pointer) => ({ pointer, detail, code: code.toLowerCase() })),
  });
