import * as z from 'zod';
import { DomainError } from './domain-error.ts';

/** The input field of a command that reads the header `If-Match`. */
export const ifMatch = z
  .array(z.int())
  .max(100)
  .optional()
  .describe('From the If-Match header: the versions of the resource that the caller accepts');

/** Throws VERSION_MISMATCH when the caller does not accept this version. Without `If-Match`, accepts every version. */
export function assertVersion(acceptedVersions: readonly number[] | undefined, version: number): void {
  if (acceptedVersions?.includes(version) === false) throw new DomainError('VERSION_MISMATCH');
}
