import { DomainError } from './domain-error.ts';

/** A refusal that says which place of the input is wrong (an RFC 6901 JSON pointer); with several places, all of them. The places carry the code in small letters. */
export const inputError = (code: string, pointers: string | readonly string[], detail: string): DomainError =>
  new DomainError(code, {
    errors: [pointers].flat().map((pointer) => ({ pointer, detail, code: code.toLowerCase() })),
  });
