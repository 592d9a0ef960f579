import { DomainError, type FieldError } from '@cordee/contracts/domain-error';
import type { Locale } from '@cordee/contracts/values';
import * as z from 'zod';

/** The translated texts of Zod. Without a translation, Zod uses its English texts. */
const zodTexts: Readonly<Record<Exclude<Locale, 'en'>, z.core.$ZodErrorMap>> = {
  de: z.locales.de().localeError,
  fr: z.locales.fr().localeError,
  it: z.locales.it().localeError,
  es: z.locales.es().localeError,
};

/**
 * Parses the input with the schema. Throws INPUT_INVALID with a JSON pointer for each wrong field. The texts of Zod are
 * in the given language; the texts of checks in the schema itself are English.
 */
export function validate<S extends z.ZodType>(schema: S, input: unknown, language: Locale = 'en'): z.output<S> {
  const result = schema.safeParse(input, language === 'en' ? undefined : { error: zodTexts[language] });
  if (result.success) return result.data;
  throw new DomainError('INPUT_INVALID', { errors: toFieldErrors(result.error.issues) });
}

/** Converts Zod issues to field errors. Each unknown field gets its own error. */
export function toFieldErrors(issues: readonly z.core.$ZodIssue[]): FieldError[] {
  return issues.flatMap((issue) => {
    const pointer = toPointer(issue.path);
    if (issue.code === 'unrecognized_keys')
      return issue.keys.map((key) => unknownFieldError(`${pointer}${toPointer([key])}`));
    return [{ pointer, detail: issue.message, code: issue.code }];
  });
}

/** The error of a field that the contract does not declare. */
export const unknownFieldError = (pointer: string): FieldError => ({
  pointer,
  detail: 'is not a field of this call',
  code: 'unknown_field',
});

/** Converts a path to a JSON pointer (RFC 6901). */
export const toPointer = (path: readonly PropertyKey[]): string =>
  path.map((key) => `/${String(key).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
