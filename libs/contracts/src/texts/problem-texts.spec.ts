import { describe, expect, it } from '@jest/globals';
import { contracts } from '../catalogue.ts';
import { INTERNAL_ERROR, sharedErrors } from '../contract.ts';
import { problemDetailIn, problemDetails, problemTitleIn, problemTitles } from './problem-texts.ts';

const languages = ['fr', 'de', 'it', 'es'] as const;
const placeholdersOf = (text: string): string[] => [...text.matchAll(/\{\w+\}/g)].map(([name]) => name).sort();

/** The English titles of each error code. */
const englishTitles = new Map<string, string[]>();
for (const [code, { title }] of [
  ...Object.entries(sharedErrors),
  ...[...contracts.values()].flatMap(({ errors }) => Object.entries(errors)),
  [INTERNAL_ERROR.code, INTERNAL_ERROR] as const,
])
  englishTitles.set(code, [...(englishTitles.get(code) ?? []), title]);

describe.each(languages)('the titles of problems in %s', (language) => {
  const titles = problemTitles[language];

  it('exist for every declared error code, and for no other code', () =>
    expect(Object.keys(titles).sort()).toEqual([...englishTitles.keys()].sort()));

  it('have the placeholders of the English titles', () => {
    for (const [code, sources] of englishTitles)
      for (const source of sources) expect(placeholdersOf(titles[code]!)).toEqual(placeholdersOf(source));
  });

  it('end without a full stop and are not empty', () => {
    for (const title of Object.values(titles)) expect(title).toMatch(/[^.\s]$/);
  });
});

/** The error texts that the input schemas of all contracts declare. */
function declaredMessages(): Set<string> {
  const messages = new Set<string>();
  const seen = new Set<unknown>();
  const visit = (value: unknown): void => {
    if (typeof value !== 'object' || value === null || seen.has(value)) return;
    seen.add(value);
    const { def } = (value as { _zod?: { def: Record<string, unknown> } })._zod ?? { def: undefined };
    const children = def ?? value;
    const error = def?.['error'];
    if (typeof error === 'function') messages.add(textOfError(error as (issue: object) => unknown));
    // The shape of an object is a getter.
    for (const key of Object.keys(children)) visit((children as Record<string, unknown>)[key]);
  };
  for (const { input } of contracts.values()) visit(input);
  return messages;
}

const textOfError = (error: (issue: object) => unknown): string => {
  const text = error({});
  return typeof text === 'string' ? text : (text as { message: string }).message;
};

describe.each(languages)('the details of problems in %s', (language) => {
  const details = problemDetails[language];

  it('translate the same English details as the French details', () =>
    expect(Object.keys(details).sort()).toEqual(Object.keys(problemDetails.fr).sort()));

  it('have the placeholders of the English details', () => {
    for (const [source, text] of Object.entries(details)) expect(placeholdersOf(text)).toEqual(placeholdersOf(source));
  });
});

describe('a detail of a problem', () => {
  it('has a French translation for every error text that an input schema declares', () => {
    const messages = declaredMessages();
    expect(messages.size).toBeGreaterThan(10);
    expect([...messages].filter((message) => problemDetailIn('fr', message) === message)).toEqual([]);
  });

  it('contains another detail in the same language, or is English when the other detail is', () => {
    expect(problemDetailIn('fr', 'At position 12: this opening quote has no closing quote.')).toBe(
      'À la position 12 : ce guillemet ouvrant n’a pas de guillemet fermant.',
    );
    const untranslated = 'At position 12: “a: b” is not a date; write 2026.';
    expect(problemDetailIn('fr', untranslated)).toBe(untranslated);
  });

  it('keeps the values of the English detail, and stays unchanged in English', () => {
    expect(problemDetailIn('de', 'must be an id that starts with org_')).toBe(
      'muss eine Kennung sein, die mit org_ beginnt',
    );
    expect(problemDetailIn('en', 'is in the past')).toBe('is in the past');
  });

  it.each(['something else', '', 'constructor', '__proto__', 'toString'])(
    'stays English without a translation: %j',
    (text) => {
      expect(problemDetailIn('fr', text)).toBe(text);
      expect(problemTitleIn('fr', text, 'The title')).toBe('The title');
    },
  );
});
