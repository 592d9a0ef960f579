import type { Contract } from '@cordee/contracts/contract';
import { problemDetailIn } from '@cordee/contracts/texts/problem-texts';
import type { Locale } from '@cordee/contracts/values';
import { decode, encode } from '@cordee/messaging/reply';
import * as z from 'zod';

/** The output of a bulk command. */
interface Results {
  results: { error?: { detail: string } }[];
}

/** True for a bulk command: its rows can have an error each (`results[].error`). */
export function hasRowErrors({ output }: Contract): boolean {
  const results: unknown = output instanceof z.ZodObject ? output.shape['results'] : undefined;
  return results instanceof z.ZodArray && results.element instanceof z.ZodObject && 'error' in results.element.shape;
}

/** Translates the details of row errors. The services answer in English, so an English answer is not parsed. */
export function translateRowErrors(json: Uint8Array, language: Locale): Uint8Array {
  if (language === 'en') return json;
  const output = decode(json) as Results;
  for (const { error } of output.results) if (error) error.detail = problemDetailIn(language, error.detail);
  return encode(output);
}
