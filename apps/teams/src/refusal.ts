import { DomainError } from '@cordee/contracts/domain-error';

/** A refusal that says which place of the input is wrong; with several places, all of them. */
export const refusal = (code: string, pointers: string | readonly string[], detail: string): DomainError =>
  new DomainError(code, { errors: [pointers].flat().map((pointer) => ({ pointer, detail, code: code.toLowerCase() })) });
